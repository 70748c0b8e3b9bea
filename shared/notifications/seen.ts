import * as z from "zod";
import { defineRecord } from "../ledger/record.ts";

/** Longer than any message may be old: after that its time refuses it. */
const memory_ms = 24 * 3_600_000;

/** A message that was taken, so that it is taken once. */
export const seenMessage = defineRecord({
  kind: "notification",
  version: 1,
  schema: z.object({ topic_urn: z.string(), message_id: z.string(), seen_at_ms: z.number().int() }),
  idOf: (seen): { topic_urn: string; message_id: string } => seen,
  key: ({ topic_urn, message_id }: { topic_urn: string; message_id: string }) => ({
    partition: `notifications#${topic_urn}`,
    sort: message_id,
  }),
  expires_at_ms: ({ seen_at_ms }) => seen_at_ms + memory_ms,
});
