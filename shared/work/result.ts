import { delayAgain_ms, delays } from "./delays.ts";
import { accept, markAmbiguous, putOff, settle } from "./transitions.ts";
import type { Outcome, Work } from "./work.ts";

/** What a call or a look-up ended in. `Value` is the record with whatever the answer adds to it. */
export type Result<Value> =
  /** The provider does it (or has done it); its own id of it. */
  | { readonly result: "accepted"; readonly id: string; readonly value: Value; readonly adopted: boolean }
  /** It had no effect; try the same attempt later. */
  | { readonly result: "no-effect"; readonly reason: string; readonly retry_after_ms?: number | undefined }
  /** Something else is in progress on the same thing. */
  | { readonly result: "busy"; readonly reason: string }
  /** We cannot know. */
  | { readonly result: "unknown"; readonly reason: string }
  /** The provider will not do it, now or later. `value` is the record with what the refusal adds to it. */
  | {
      readonly result: "refused";
      readonly outcome: Outcome;
      readonly code: string;
      readonly reason: string;
      readonly value?: Value;
    };

/** What happened to a message: for the log, the metrics and the tests. */
export interface Performed {
  readonly did: "nothing" | "accepted" | "adopted" | "put-off" | "ambiguous" | "settled" | "conflict";
  readonly why: string;
}

/** What a call's result makes of a unit that was claimed for it, alone or with others. Pure. */
export function applyResult<Value extends { readonly work: Work }>(
  intended: Value,
  result: Result<Value>,
  now_ms: number,
): { readonly value: Value; readonly done: Performed } {
  const { work } = intended;
  const changed = (next: Work, done: Performed) => ({ value: { ...intended, work: next }, done });
  switch (result.result) {
    case "accepted":
      return {
        value: {
          ...result.value,
          work: accept(work, { id: result.id, now_ms, adopted: result.adopted }),
        },
        done: { did: result.adopted ? "adopted" : "accepted", why: result.id },
      };
    case "unknown":
      return changed(markAmbiguous(work), { did: "ambiguous", why: result.reason });
    case "refused": {
      const { outcome, code, reason, value = intended } = result;
      return {
        value: { ...value, work: settle(work, { now_ms, outcome, code, reason }) },
        done: { did: "settled", why: reason },
      };
    }
    case "busy":
      // Whoever is busy there may turn out to be an earlier call of ours: look before the next one.
      return changed(putOff(work, { until_ms: now_ms + delays.busy_ms, look_first: true }), {
        did: "put-off",
        why: result.reason,
      });
    case "no-effect": {
      const until_ms = now_ms + delayAgain_ms(work.put_off, result.retry_after_ms);
      return changed(putOff(work, { until_ms }), { did: "put-off", why: result.reason });
    }
  }
}
