import type { Service } from "../operation.ts";
import { cbrCodes } from "./cbr.ts";
import { codeTable, type DocumentedCode, type Row } from "./table.ts";

/**
 * KooPhone's codes. They arrive with HTTP 200; the seed's page lists 0000, 1000, 1001 and 9999 under 400 and 500 too.
 * The measures are those of the provider's page of error codes.
 */
// biome-ignore format: one code, one line
const koophoneRows: readonly Row[] = [
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

export const koophoneCodes = codeTable("koophone", "KOOPHONE.API.", koophoneRows);

/**
 * Codes of the API gateway, which stands before every service; its errors are `{ error_code, error_msg, request_id }`.
 * From the provider's API Request Signing Guide, Error Codes. Those that it gives with several statuses and different
 * meanings (0201) are left out: there the HTTP status says more than the code.
 */
// biome-ignore format: one code, one line
const gatewayRows: readonly Row[] = [
  [404, "0101", "give-up", "The API does not exist or has not been published in the environment.", "Check domain name, method and path."],
  [404, "0103", "give-up", "The backend does not exist.", "Contact technical support."],
  [504, "0203", "ambiguous", "Backend timeout.", "Check whether it took effect, then try again."],
  [401, "0301", "give-up", "Incorrect IAM authentication information.", "Check the token, the keys, the signature and the clock."],
  [403, "0302", "give-up", "The IAM user is not authorized to access the API.", "Check the user's permissions."],
  [401, "0303", "give-up", "Incorrect app authentication information.", "Check the keys, the signature and the clock."],
  [403, "0304", "give-up", "The app is not authorized to access the API.", "Check the app's authorization."],
  [401, "0305", "give-up", "Incorrect authentication information.", "Check the authentication information."],
  [403, "0306", "give-up", "API access denied.", "Check whether access to the API is allowed."],
  [401, "0307", "give-up", "The token must be updated.", "Fetch a new token."],
  [429, "0308", "retry", "The throttling threshold has been reached.", "Try again after the throttling period."],
  [403, "0310", "give-up", "The project is unavailable.", "Select another project."],
  [403, "0401", "give-up", "Unknown client IP address.", "Contact technical support."],
  [403, "0402", "give-up", "The IP address is not authorized to access the API.", "Check the API's access rules."],
  [405, "0502", "give-up", "The app has been frozen.", "Check the account's balance."],
  [500, "0601", "ambiguous", "Internal server error.", "Contact technical support."],
  [400, "0602", "give-up", "Bad request.", "Check whether the request is valid."],
  [500, "0605", "retry", "Domain name resolution failed.", "Try again; if it persists, contact technical support."],
  [500, "0606", "retry", "Failed to load the API configurations.", "Try again; if it persists, contact technical support."],
  [502, "0610", "retry", "No backend is available.", "Try again; if it persists, contact technical support."],
  [503, "0613", "retry", "The IAM service is currently unavailable.", "Try again later."],
];

export const gatewayCodes = codeTable("gateway", "APIGW.", gatewayRows);

/**
 * The codes of the smaller services as far as a call of ours can meet them, from the provider's pages of error codes.
 * IAM mostly answers its HTTP status as a number, `{ error: { code: 401, message, title } }`: there the status speaks.
 */
// biome-ignore format: one code, one line
const iamRows: readonly Row[] = [
  [400, "1100", "give-up", "Mandatory parameters are not specified.", "Check the request parameters."],
  [400, "1101", "give-up", "Invalid username.", "Check the username."],
  [400, "1103", "give-up", "Incorrect password.", "Check the password."],
];

// biome-ignore format: one code, one line
const hssRows: readonly Row[] = [
  [400, "0001", "give-up", "Invalid parameter.", "Check whether the parameters are valid."],
  [400, "0002", "give-up", "Failed to parse the request.", "Contact technical support."],
  [400, "0010", "give-up", "Access denied.", "Check whether the parameters are valid."],
  [400, "0011", "give-up", "Requested resource not found.", "Check whether the parameters are valid."],
  [400, "0013", "give-up", "Insufficient permissions.", "Check user permissions."],
  [400, "0014", "give-up", "Quota creation not allowed.", "Contact technical support."],
  [400, "1001", "give-up", "The selected server is not associated with any agent.", "Check whether the agent has been installed on the selected server."],
  [400, "1004", "give-up", "Failed to query the policy.", "Check whether the parameter is correct."],
  [400, "1005", "give-up", "Invalid policy.", "Check whether the parameter is correct."],
  [400, "1006", "ambiguous", "Failed to send requests to the agent.", "Contact technical support."],
];

// biome-ignore format: one code, one line
const dbssRows: readonly Row[] = [
  [400, "10000001", "give-up", "Enter a valid request message.", "Check the parameters."],
];

const iamCodes = codeTable("iam", "", iamRows);
const hssCodes = codeTable("hss", "HSS.", hssRows);
const dbssCodes = codeTable("dbss", "DBSS.", dbssRows);

const tables: Readonly<Record<Service, ReadonlyMap<string, DocumentedCode>>> = {
  cbr: cbrCodes,
  iam: iamCodes,
  dbss: dbssCodes,
  hss: hssCodes,
  koophone: koophoneCodes,
};

/**
 * Looks an error code up, as it arrived: first among the service's own, then among the gateway's. KooPhone writes its
 * prefix in two ways, the gateway `APIGW.` and `APIG.`. Undefined: no document explains it.
 */
export function findCode(service: Service, code: string): DocumentedCode | undefined {
  const key = service === "koophone" ? code.toUpperCase() : code;
  return tables[service].get(key) ?? gatewayCodes.get(code.replace(/^APIG\./, "APIGW."));
}
