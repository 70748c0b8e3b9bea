import { findCode } from "../../../shared/api/errors/codes.ts";
import type { Service } from "../../../shared/api/operation.ts";
import type { Refusal } from "./world/model.ts";

/** An error as it goes back: HTTP status, the code that names it, and the body that this service would write. */
interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Codes that the live services answer and our tables leave out, or give with another status. */
const undocumented: Readonly<Record<string, readonly [status: number, message: string]>> = {
  "BackupService.6220": [400, "Automatic backups in a locked vault cannot be deleted before they expire."],
  "APIGW.0201": [413, "Request entity too large."],
  // Its page lists it under 400; a request of the wrong shape must not look like a success.
  "KOOPHONE.API.1000": [400, "The request parameter is incorrect."],
};

export function messageOf(code: string): string {
  return lookUp("cbr", code).message;
}

function lookUp(service: Service, code: string): { status: number; message: string } {
  const own = undocumented[code];
  if (own !== undefined) return { status: own[0], message: own[1] };
  return findCode(service, code) ?? { status: 400, message: code };
}

/** What a refusal looks like on the wire of a service. `status` is given where it is not the code's own. */
export function errorAnswer(
  service: Service,
  { code, detail }: Pick<Refusal, "code" | "detail">,
  request_id: string,
  status?: number,
): ErrorAnswer {
  // IAM answers its status as the code.
  const known = /^\d{3}$/.test(code) ? { status: Number(code), message: "" } : lookUp(service, code);
  const answered = status ?? known.status;
  const message = [known.message, detail].filter((part) => part !== undefined && part !== "").join(" ");
  if (service === "iam" && !code.startsWith("APIGW.")) {
    return { status: answered, code, body: { error: { code: answered, message, title: titleOf(answered) } } };
  }
  return { status: answered, code, body: { error_code: code, error_msg: message, request_id } };
}

function titleOf(status: number): string {
  if (status === 401) return "Unauthorized";
  return status === 403 ? "Forbidden" : "Bad Request";
}

/** What each service calls a request that is not as documented. */
export const shape_codes: Readonly<Record<Service, string>> = {
  cbr: "BackupService.9900",
  iam: "400",
  dbss: "DBSS.10000001",
  hss: "HSS.0001",
  koophone: "KOOPHONE.API.1000",
};
