/** What an answer's body says went wrong, as far as it says. */
export interface ErrorBody {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

/** JSON, or undefined where it is none: errors come from gateways and proxies too, as HTML or nothing. */
export function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const CODE_FIELDS = ["error_code", "code"];
const MESSAGE_FIELDS = ["error_msg", "error_description", "message", "error_message", "title"];

/**
 * Reads the error out of a failed answer, whichever of the provider's services wrote it:
 * `{ error_code, error_msg }` (CBR, HSS, KooPhone, gateway), `{ error: { … } }` (IAM, DBSS) or
 * `{ unauthorized: { code, message } }` and the like (OpenStack).
 */
export function readErrorBody(text: string): ErrorBody {
  const body = parseJson(text);
  if (!isRecord(body)) return {};
  const requestId = textIn(body, ["request_id"]);
  for (const record of [body, ...Object.values(body).filter(isRecord)]) {
    const code = textIn(record, CODE_FIELDS);
    const message = textIn(record, MESSAGE_FIELDS);
    if (code !== undefined || message !== undefined) {
      return { code, message, requestId: requestId ?? textIn(record, ["request_id"]) };
    }
  }
  return { requestId };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textIn(record: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = record[name];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}
