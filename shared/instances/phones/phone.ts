import { createHash } from "node:crypto";
import * as z from "zod";
import type { PhoneRules } from "../../estate/instances.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { defineRecord, perProject } from "../../ledger/record.ts";
import { plan } from "../../work/transitions.ts";
import { isOpen, workSchema } from "../../work/work.ts";

/** The call that was last made for a release, written before it was made. */
const callSchema = z.object({
  batch_id: z.string(),
  /** The call's x-request-id. */
  request_id: z.string(),
  at_ms: z.number().int(),
  /** The instance's state just before. */
  state: z.number().int(),
  /** From the answer: what proves that the backup is ours. */
  task_id: z.string().nullable(),
  job_id: z.string().nullable(),
  /** When the task was first seen to say that the job succeeded. */
  succeeded_at_ms: z.number().int().nullable(),
});

/** One release of one cloud phone instance: its backup, which cannot be undone, is made exactly once. */
const phoneSchema = z.object({
  project: z.string(),
  instance_id: z.string(),
  release_id: z.string(),
  requested_at_ms: z.number().int(),
  /** A release that has not been backed up by then is reported as failed. */
  deadline_at_ms: z.number().int(),
  work: workSchema,
  call: callSchema.nullable(),
  /** The state that was last seen. */
  state: z.number().int().nullable(),
  /** Why the last attempt failed. */
  failure: z.object({ code: z.string(), reason: z.string(), attempt: z.number().int() }).nullable(),
  /** When the releasing system was told how it ended. */
  announced_at_ms: z.number().int().nullable(),
});

export type Phone = z.output<typeof phoneSchema>;

export interface ReleaseId {
  readonly project: string;
  readonly instance_id: string;
  readonly release_id: string;
}

const openPartition = (project: string) => `phones-open#${project}`;
const endedPartition = (project: string) => `phones-ended#${project}`;

/** Both ids are free text of others: encoded, so that no two releases share a key and none is too long for one. */
const sortOf = ({ instance_id, release_id }: ReleaseId) =>
  `${partOfKey(instance_id)}#${partOfKey(release_id)}`;

/** An encoded character has up to 9 bytes, a sort key at most 1024; no encoded text begins with `=`. */
function partOfKey(id: string): string {
  const encoded = encodeURIComponent(id);
  return encoded.length <= 400 ? encoded : `=${createHash("sha256").update(id).digest("hex")}`;
}

/** A release that is over is known for so long: asked for again until then, it is not done again. */
const memory_ms = 400 * 86_400_000;

/** Releases: by instance in the table; in the index those that are open (or not announced) apart from those that are over. */
export const phoneRecord = defineRecord({
  kind: "phone",
  version: 1,
  schema: phoneSchema,
  partition: perProject("phones"),
  sort: sortOf,
  subject: (phone) =>
    isOver(phone)
      ? {
          partition: endedPartition(phone.project),
          sort: `${new Date(phone.work.settled?.at_ms ?? 0).toISOString()}#${sortOf(phone)}`,
        }
      : { partition: openPartition(phone.project), sort: sortOf(phone) },
  expires_at_ms: (phone) => (isOver(phone) ? (phone.work.settled?.at_ms ?? 0) + memory_ms : undefined),
});

const isOver = ({ work, announced_at_ms }: Phone) => !isOpen(work) && announced_at_ms !== null;

/** Every release that is not over, as the index shows it; it may lag behind by seconds. */
export const openPhones = (ledger: Ledger, project: string) =>
  phoneRecord.list(ledger, { partition: openPartition(project), bySubject: true });

/** Every release that is over, latest first. */
export const endedPhones = (ledger: Ledger, project: string) =>
  phoneRecord.list(ledger, { partition: endedPartition(project), bySubject: true, descending: true });

export function newPhone(id: ReleaseId, rules: PhoneRules, now_ms: number): Phone {
  return {
    project: id.project,
    instance_id: id.instance_id,
    release_id: id.release_id,
    requested_at_ms: now_ms,
    deadline_at_ms: now_ms + rules.deadline_hours * 3_600_000,
    work: plan(now_ms),
    call: null,
    state: null,
    failure: null,
    announced_at_ms: null,
  };
}

/** The id of the one event that ends a release, the same however often it is published. */
export function eventIdOf({ project, instance_id, release_id }: ReleaseId): string {
  const text = JSON.stringify([project, instance_id, release_id]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
