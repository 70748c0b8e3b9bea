import { codeTable, type Row } from "./table.ts";

/**
 * Codes of the API gateway, which stands before every service; its errors are `{ error_code, error_msg, request_id }`.
 * From the provider's API Request Signing Guide, Error Codes. Those that it gives with several statuses and different
 * meanings (0201) are left out: there the HTTP status says more than the code.
 */
// biome-ignore format: one code, one line
const rows: readonly Row[] = [
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

export const gatewayCodes = codeTable("gateway", "APIGW.", rows);

/** What the gateway answers, with 401, to an id in a path that it cannot read. */
export const malformedUrlBody = { unauthorized: { code: "401", message: "Malformed request url" } } as const;
