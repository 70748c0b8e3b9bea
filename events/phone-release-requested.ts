import * as z from "zod";
import { defineEvent } from "./define.ts";

/** Half of a surrogate pair can be in no key of the ledger and in no URL. */
const wellFormed = z.string().refine((text) => text.isWellFormed(), "must be well-formed Unicode");

/**
 * A cloud phone instance is to be backed up, because its machine is about to be released. Sent by the system that
 * releases (and again by settle-phones when it is due), read by back-up-phones. The same release may be asked for any
 * number of times: it is done once, and answered by `phone.released` or `phone.backup-failed` on the topic.
 */
export const phoneReleaseRequested = defineEvent({
  name: "phone.release-requested",
  version: 1,
  schema: z.strictObject({
    /** The project's name in the estate. */
    project: z.string().min(1),
    /** The provider takes 1 to 32 characters; a longer one is answered, not dropped. */
    instance_id: wellFormed.min(1).max(256),
    /** The releasing system's own id of this release; another release of the same instance has another one. */
    release_id: wellFormed.min(1).max(128),
    /** Which attempt the message is for; left out, it means the current one. */
    attempt: z.number().int().min(1).optional(),
  }),
  example: { project: "demo", instance_id: "a44uhlf7", release_id: "release-2026-11-21-0001" },
});
