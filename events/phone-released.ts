import * as z from "zod";
import { defineEvent } from "./define.ts";

/**
 * The backup of a phone is proven and its machine is released. Published to the topic by settle-phones at least once,
 * always with the same `event_id` for the same release.
 */
export const phoneReleased = defineEvent({
  name: "phone.released",
  version: 1,
  schema: z.strictObject({
    event_id: z.string().min(1),
    project: z.string().min(1),
    instance_id: z.string().min(1),
    release_id: z.string().min(1),
    /** The provider's task and job that prove the backup. */
    task_id: z.string().min(1),
    job_id: z.string().min(1),
    /** When it was confirmed. */
    confirmed_at: z.iso.datetime(),
  }),
  example: {
    event_id: "5f0c2f3f9e0d4b6a8c7d1e2f3a4b5c6d",
    project: "demo",
    instance_id: "a44uhlf7",
    release_id: "release-2026-11-21-0001",
    task_id: "RM_6837531fd3f54550927b930180a706bf",
    job_id: "1564567b8bab40f34711234cb80d0123",
    confirmed_at: "2026-11-21T01:07:00.000Z",
  },
});
