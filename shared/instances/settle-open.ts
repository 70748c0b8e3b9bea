import type { Clock } from "../core/clock.ts";
import { inParallel } from "../core/parallel.ts";
import { itemsAtOnce, type Ledger } from "../ledger/ledger.ts";
import type { RecordKind, Stored } from "../ledger/record.ts";
import type { Queue } from "../queue/queue.ts";
import { sendAgain } from "../work/send-again.ts";
import { isOpen, type Work } from "../work/work.ts";

/** One kind of unit whose open ones are to be settled. */
export interface Open<Value extends { readonly work: Work }> {
  readonly record: Pick<RecordKind<Value, never>, "replace">;
  readonly all: AsyncIterable<Stored<Value>>;
  /** The message that is sent (again) for a unit. */
  message(value: Value): string;
  /** Asks the provider about those that it has accepted; what is not in the answer stays as it is. */
  confirm(accepted: readonly Value[]): Promise<ReadonlyMap<Value, Value>>;
}

export interface SettledInstances {
  readonly settled: number;
  readonly sent: number;
  readonly open: number;
}

/** Brings every open unit up to date, and sends again what is due. */
export async function settleOpen<Value extends { readonly work: Work }>(
  { ledger, clock, queue }: { ledger: Ledger; clock: Clock; queue: Queue },
  { record, all, message, confirm }: Open<Value>,
): Promise<SettledInstances> {
  const open: Stored<Value>[] = [];
  for await (const stored of all) if (isOpen(stored.value.work)) open.push(stored);
  const accepted = open.map(({ value }) => value).filter(({ work }) => work.state === "accepted");
  const confirmed = accepted.length > 0 ? await confirm(accepted) : new Map<Value, Value>();

  const total = { settled: 0, open: 0 };
  const units = await inParallel(open, itemsAtOnce, async (seen) => {
    const value = confirmed.get(seen.value) ?? seen.value;
    // Who loses this race has nothing to do: the next run sees what the winner wrote.
    const now = value === seen.value ? seen : await record.replace(ledger, seen, value);
    if (now !== "conflict" && !isOpen(value.work)) total.settled++;
    else total.open++;
    return now;
  });
  const here = units.filter((unit) => unit !== "conflict");
  return { ...total, sent: await sendAgain({ ledger, clock, queue }, { record, units: here, message }) };
}
