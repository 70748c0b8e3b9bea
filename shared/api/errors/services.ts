import { codeTable, type Row } from "./table.ts";

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

export const iamCodes = codeTable("iam", "", iamRows);
export const hssCodes = codeTable("hss", "HSS.", hssRows);
export const dbssCodes = codeTable("dbss", "DBSS.", dbssRows);
