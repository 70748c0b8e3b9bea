import * as z from "zod";

/** The variables this function needs; the stack sets them, and fails at synth by name when one is missing. */
export const environment = z.object({
  TABLE_NAME: z.string().min(1),
  CHECKPOINT_QUEUE_URL: z.url(),
  TOPIC_ARN: z.string().min(1),
  /** Part of the names of checkpoints. */
  DEPLOYMENT: z.string().min(1),
});
