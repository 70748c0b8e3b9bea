import { growingDelay } from "./lease.ts";
import type { Performed, Result } from "./result.ts";
import { accept, doubt, putOff, settle } from "./transitions.ts";
import type { Work } from "./work.ts";

/** How long work is put off that could not be done, longer each time. */
export const delays = { first_ms: 60_000, most_ms: 15 * 60_000 };
const busy_ms = 5 * 60_000;

/** What a call's result makes of a unit that was claimed for it, alone or with others. Pure. */
export function conclude<Value extends { readonly work: Work }>(
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
      return changed(doubt(work), { did: "doubted", why: result.reason });
    case "refused": {
      const { outcome, code, reason, value = intended } = result;
      return {
        value: { ...value, work: settle(work, { now_ms, outcome, code, reason }) },
        done: { did: "settled", why: reason },
      };
    }
    case "busy":
      // Whoever is busy there may turn out to be an earlier call of ours: look before the next one.
      return changed(putOff(work, { until_ms: now_ms + busy_ms, look_first: true }), {
        did: "put-off",
        why: result.reason,
      });
    case "no-effect": {
      const delay_ms = Math.max(growingDelay(work.put_off, delays), result.retry_after_ms ?? 0);
      return changed(putOff(work, { until_ms: now_ms + delay_ms }), { did: "put-off", why: result.reason });
    }
  }
}
