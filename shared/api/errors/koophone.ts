import { codeTable, type Row } from "./table.ts";

/**
 * KooPhone's codes. They arrive with HTTP 200; the seed's page lists 0000, 1000, 1001 and 9999 under 400 and 500 too.
 * The measures are those of the provider's page of error codes.
 */
// biome-ignore format: one code, one line
const rows: readonly Row[] = [
  [200, "0000", "give-up", "The tenant does not exist.", "Check whether the tenant exists."],
  [200, "0002", "give-up", "The request header x-request-id is missing.", "Send the header x-request-id."],
  [200, "1000", "give-up", "The request parameter is incorrect.", "Check the parameters' types and ranges."],
  [200, "1001", "give-up", "Insufficient instance permissions.", "Check whether the instance ids are right."],
  [200, "1012", "give-up", "The instances do not belong to one tenant.", "Check whether the instances belong to the tenant."],
  [200, "2003", "wait", "There is no idle instance.", "Check whether there is an idle instance."],
  [200, "2004", "give-up", "The instance is frozen.", "Unfreeze the instance first."],
  [200, "2005", "wait", "The instance is being restored.", "Wait until the restoration is complete."],
  [200, "2006", "wait", "The instance is being backed up.", "Wait until the backup is complete."],
  [200, "4001", "give-up", "The instance does not exist.", "Check whether the instance exists."],
  [200, "9999", "ambiguous", "Internal service error.", "Contact technical support."],
];

export const koophoneCodes = codeTable("koophone", "KOOPHONE.API.", rows);
