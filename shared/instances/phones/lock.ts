import * as z from "zod";
import type { Ledger } from "../../ledger/ledger.ts";
import { defineRecord, perProject } from "../../ledger/record.ts";
import { phoneRecord, type ReleaseId } from "./phone.ts";

/** Which release of an instance may call: one at a time, whatever else was asked for. */
const lockRecord = defineRecord({
  kind: "phone-lock",
  version: 1,
  schema: z.object({
    project: z.string(),
    instance_id: z.string(),
    release_id: z.string(),
    /** Until then the holder may be about to write its intent; afterwards its record says whether it has. */
    until_ms: z.number().int(),
  }),
  partition: perProject("phone-locks"),
  sort: ({ instance_id }: Omit<ReleaseId, "release_id">) => instance_id,
});

/**
 * Takes an instance for one of its releases. Not while another release of it has an open intent, or may be about to
 * write one. Whoever has taken it must write its intent and begin its call before `until_ms`.
 */
export async function lockInstance(
  ledger: Ledger,
  release: ReleaseId,
  { now_ms, lease_ms }: { now_ms: number; lease_ms: number },
): Promise<{ readonly until_ms: number } | "held"> {
  const { project, instance_id, release_id } = release;
  const value = { project, instance_id, release_id, until_ms: now_ms + lease_ms };
  for (;;) {
    const seen = await lockRecord.read(ledger, release);
    if (seen && seen.value.release_id !== release_id) {
      if (now_ms < seen.value.until_ms) return "held";
      const holder = await phoneRecord.read(ledger, seen.value);
      const state = holder?.value.work.state;
      if (state === "intended" || state === "accepted") return "held";
    }
    if ((await lockRecord.put(ledger, seen, value)) !== "conflict") return { until_ms: value.until_ms };
  }
}
