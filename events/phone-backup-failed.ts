import * as z from "zod";
import { defineEvent } from "./define.ts";

/**
 * A phone that was to be released has no backup that is proven: somebody must look before it is released. Published to
 * the topic by settle-phones at least once, always with the same `event_id` for the same release.
 */
export const phoneBackupFailed = defineEvent({
  name: "phone.backup-failed",
  version: 1,
  schema: z.strictObject({
    event_id: z.string().min(1),
    project: z.string().min(1),
    instance_id: z.string().min(1),
    release_id: z.string().min(1),
    /** The provider's code, or ours: `unproven`, `no-job`, `deadline`, `not-idle`, `stuck`. */
    code: z.string().min(1),
    reason: z.string(),
    attempts: z.number().int().min(1),
    failed_at: z.iso.datetime(),
  }),
  example: {
    event_id: "5f0c2f3f9e0d4b6a8c7d1e2f3a4b5c6d",
    project: "demo",
    instance_id: "a44uhlf7",
    release_id: "release-2026-11-21-0001",
    code: "unproven",
    reason: "the instance is idle, and no job of ours for this release is recorded",
    attempts: 1,
    failed_at: "2026-11-21T01:07:00.000Z",
  },
});
