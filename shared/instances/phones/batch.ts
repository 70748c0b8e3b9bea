import * as z from "zod";
import { defineRecord, perProject } from "../../ledger/record.ts";

/** One call for up to 100 instances: written before it is made, and once more when its answer has come. */
const batchSchema = z.object({
  project: z.string(),
  batch_id: z.string(),
  request_id: z.string(),
  at_ms: z.number().int(),
  /** The instances that it was to be made for. */
  instance_ids: z.array(z.string()),
  /** The provider's task, and its job for each instance that it took; null while no answer is known. */
  answer: z.object({ task_id: z.string(), jobs: z.record(z.string(), z.string()) }).nullable(),
});

export type Batch = z.output<typeof batchSchema>;
export type BatchAnswer = NonNullable<Batch["answer"]>;

interface BatchId {
  readonly project: string;
  readonly batch_id: string;
}

/** Long after every release of it is over. */
const memory_ms = 90 * 86_400_000;

export const batchRecord = defineRecord({
  kind: "phone-batch",
  version: 1,
  schema: batchSchema,
  partition: perProject("phone-batches"),
  sort: ({ batch_id }: BatchId) => batch_id,
  expires_at_ms: ({ at_ms }) => at_ms + memory_ms,
});
