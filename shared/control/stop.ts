import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** Whether anything irreversible may be done: one flag for the whole deployment. */
const stopSchema = z.object({
  stopped: z.boolean(),
  reason: z.string(),
  changed_at_ms: z.number().int(),
});

export type StopFlag = z.output<typeof stopSchema>;

const stopRecord = defineRecord({
  kind: "stop",
  version: 1,
  schema: stopSchema,
  idOf: () => "stop",
  key: () => ({ partition: "control", sort: "stop" }),
});

/**
 * Reads the stop flag. It is asked before every delete and every phone call, strongly consistent. Throws
 * UnreadableRecord: whoever cannot read it must not act.
 */
export async function readStop(ledger: Ledger): Promise<StopFlag | undefined> {
  const flag = await stopRecord.read(ledger, "stop");
  return flag?.value.stopped ? flag.value : undefined;
}

/** Sets or clears the flag, whoever else is changing it. Tells what it was before. */
export async function writeStop(ledger: Ledger, flag: StopFlag): Promise<StopFlag | undefined> {
  for (;;) {
    const seen = await stopRecord.read(ledger, "stop");
    const written = seen
      ? await stopRecord.replace(ledger, seen, flag)
      : await stopRecord.create(ledger, flag);
    if (written === "written") return seen?.value;
  }
}
