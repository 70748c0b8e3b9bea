import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** Whether anything irreversible may be done: one flag for the whole deployment. */
const stopSchema = z.object({
  stopped: z.boolean(),
  reason: z.string(),
  changed_at_ms: z.number().int(),
  /** How often the flag was taken off: what was planned before the last time is decided anew. */
  resumes: z.number().int().default(0),
});

export type StopFlag = z.output<typeof stopSchema>;

const stopRecord = defineRecord({
  kind: "stop",
  version: 1,
  schema: stopSchema,
  partition: () => "control",
  sort: () => "stop",
});

/**
 * Reads the stop flag. It is asked before every delete and every phone call, strongly consistent. Throws
 * UnreadableRecord: whoever cannot read it must not act.
 */
export async function readStop(ledger: Ledger): Promise<StopFlag | undefined> {
  return (await readStopHistory(ledger)).stop;
}

/** The stop flag, and how often it was taken off so far. Throws UnreadableRecord. */
export async function readStopHistory(
  ledger: Ledger,
): Promise<{ readonly stop: StopFlag | undefined; readonly resumes: number }> {
  const flag = (await stopRecord.read(ledger, {}))?.value;
  return { stop: flag?.stopped ? flag : undefined, resumes: flag?.resumes ?? 0 };
}

/** Sets or clears the flag, whoever else is changing it. Returns what it was before. */
export async function writeStop(
  ledger: Ledger,
  flag: Omit<StopFlag, "resumes">,
): Promise<StopFlag | undefined> {
  for (;;) {
    const seen = await stopRecord.read(ledger, {});
    const isResumed = seen?.value.stopped === true && !flag.stopped;
    const next = { ...flag, resumes: (seen?.value.resumes ?? 0) + (isResumed ? 1 : 0) };
    if ((await stopRecord.put(ledger, seen, next)) !== "conflict") return seen?.value;
  }
}
