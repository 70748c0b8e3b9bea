import type { ProviderError } from "../api/provider-error.ts";
import type { Deletion } from "./deletion.ts";
import { refusals } from "./refusals.ts";

export type Ending = Pick<Deletion, "state" | "code" | "note">;

/**
 * What an error of deleteBackup means for the backup; undefined when nothing has happened and the call is worth another
 * try later. The client may have sent the call before and lost the answer: "it is not there" and "it is in use" may
 * then be our own doing, and only a later listing can tell.
 */
export function endingOf(error: ProviderError): Ending | undefined {
  const { status, code, message: note } = error;
  if (error.throttled || status === 401 || status === 403) return undefined;
  switch (code.replace(/^BackupService\./, "")) {
    case "6204":
      return { state: "refused", code: "image-source", note };
    case "6220":
      return { state: "refused", code: "locked", note };
    case "6112":
      return { state: "refused", code: "vault-unavailable", note };
    case "6216":
      return { state: "unclear", code: "in-use", note };
    case "6201":
      return { state: "unclear", code: "cannot-be-deleted", note };
    case "6200":
      return { state: "unclear", code: "missing", note };
  }
  if (status === 404) return { state: "unclear", code: "missing", note };
  return { state: error.next === "give-up" ? "failed" : "unclear", code, note };
}

/** What a complete listing says about a deletion that only a listing can confirm; undefined: not yet anything. */
export function confirmed(
  { state, code, note }: Deletion,
  listed: { readonly status: string } | undefined,
): Ending | undefined {
  if (!listed) return { state: "gone", code, note: "a complete listing lacks it" };
  if (/delet/.test(listed.status)) {
    return state === "requested"
      ? undefined
      : { state: "requested", code, note: `it is listed as ${listed.status}` };
  }
  if (state === "intended") return undefined;
  if (state === "requested") return { state: "remains", code: "still-there", note: refusals["still-there"] };
  return { state: "remains", code, note };
}
