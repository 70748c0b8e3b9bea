import type { Clock } from "../core/clock.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { RecordKind, Stored } from "../ledger/record.ts";
import { decide } from "./decide.ts";
import { delayAgain_ms } from "./delays.ts";
import { failureOf } from "./failure.ts";
import { callMatters_ms, type LeaseTerms, lease_ms } from "./lease.ts";
import { applyResult, type Performed, type Result } from "./result.ts";
import { accept, claim, delay, putOff, settle } from "./transitions.ts";
import type { Outcome, Work } from "./work.ts";

/** What a look-up found. Nothing only if the look-up was complete. */
type Found<Value> = { readonly id: string; readonly value: Value } | undefined;

/** How one kind of work is done; the protocol around it is the same for all kinds. */
export interface Performance<Value extends { readonly work: Work }, Id> {
  readonly record: RecordKind<Value, Id>;
  /** Posts the attempt, once. Must not throw for what the provider may answer. */
  act(value: Value): Promise<Result<Value>>;
  /** Looks for the attempt by its own name, completely; throws the failure of the provider's call when it cannot. */
  look(value: Value): Promise<Found<Value>>;
  /** Says why it must not be posted (again) now, if so: past its deadline, or another slot of the vault is open. */
  mayAct?(
    value: Value,
    now_ms: number,
  ): { readonly until_ms: number } | { readonly end: Outcome; readonly reason: string } | undefined;
}

interface Deps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Names the invocation in intents. */
  readonly invocation: string;
  readonly lease: LeaseTerms;
}

/**
 * Does what a message for one attempt asks, exactly once over all messages, crashes and lost answers (see
 * docs: "Exactly one checkpoint"). Every change is written under the revision it was decided on; whoever loses such a
 * race does nothing more. Throws when the ledger fails; the message then comes again.
 */
export async function perform<Value extends { readonly work: Work }, Id>(
  { record, act, look, mayAct }: Performance<Value, Id>,
  { ledger, clock, invocation, lease }: Deps,
  { id, attempt }: { readonly id: Id; readonly attempt: number },
): Promise<Performed> {
  const seen = await record.read(ledger, id);
  if (!seen) return { did: "nothing", why: "the ledger knows no such work" };

  const write = async (from: Stored<Value>, value: Value, done: Performed): Promise<Performed> =>
    (await record.replace(ledger, from, value)) === "conflict"
      ? { did: "conflict", why: "another invocation has changed it meanwhile" }
      : done;
  const withWork = (value: Value, work: Work): Value => ({ ...value, work });

  const { work } = seen.value;
  const next = decide(work, { attempt, now_ms: clock.now() });
  if (next.step === "nothing") return { did: "nothing", why: next.why };

  if (next.step === "look") {
    const looked = await look(seen.value).then(
      (found) => ({ found }),
      (error: unknown) => ({ failure: failureOf(error) }),
    );
    // It is tried again later: nothing may be posted on the strength of a look-up that failed.
    if ("failure" in looked) {
      const { reason, retry_after_ms } = looked.failure;
      const until_ms = clock.now() + delayAgain_ms(work.put_off, retry_after_ms);
      return write(seen, withWork(seen.value, delay(work, until_ms)), { did: "put-off", why: reason });
    }
    const { found } = looked;
    if (found) {
      const value = withWork(found.value, accept(work, { id: found.id, now_ms: clock.now(), adopted: true }));
      return write(seen, value, { did: "adopted", why: "an earlier call had worked" });
    }
  }

  const obstacle = mayAct?.(seen.value, clock.now());
  if (obstacle && "until_ms" in obstacle) {
    const value = withWork(seen.value, putOff(work, { until_ms: obstacle.until_ms, look_first: false }));
    return write(seen, value, { did: "put-off", why: "it must wait" });
  }
  if (obstacle) {
    const value = withWork(
      seen.value,
      settle(work, { now_ms: clock.now(), outcome: obstacle.end, reason: obstacle.reason }),
    );
    return write(seen, value, { did: "settled", why: obstacle.reason });
  }

  const intended = withWork(
    seen.value,
    claim(work, { by: invocation, now_ms: clock.now(), lease_ms: lease_ms(lease) }),
  );
  const claimed = await record.replace(ledger, seen, intended);
  if (claimed === "conflict") return { did: "conflict", why: "another invocation has claimed it" };

  // The claim itself may have taken long: no call starts whose effect could show only after the lease.
  const left_ms = (intended.work.intent?.lease_until_ms ?? 0) - clock.now();
  if (left_ms < callMatters_ms(lease)) return { did: "nothing", why: "too little of the lease is left" };

  const concluded = applyResult(intended, await act(intended), clock.now());
  return write(claimed, concluded.value, concluded.done);
}
