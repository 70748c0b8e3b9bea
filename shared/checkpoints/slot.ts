import * as z from "zod";
import { cutText, type EntryRefused, type Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import { settle } from "../work/transitions.ts";
import { workSchema } from "../work/work.ts";
import type { SlotId } from "./name.ts";

/** What became of a resource that has no good backup from this slot (yet). */
const failure = z.object({
  /** The provider's code, or `timeout`, `skipped`, `no-task` where it gives none. */
  code: z.string(),
  reason: z.string(),
  attempt: z.number().int(),
  /** The code says that another attempt cannot help. */
  final: z.boolean(),
});

export type ResourceFailure = z.output<typeof failure>;

/** The code of a trouble that is none yet: it cannot be said whether the resource's task has ended. */
export const unknownStatus = "unknown-status";

/**
 * The words of the provider, cut: a vault has up to 256 resources, each may have a trouble, and a slot is one entry of the
 * ledger.
 */
export const boundedFailure = ({ code, reason, attempt, final }: ResourceFailure): ResourceFailure => ({
  code: cutText(code, 64),
  reason: cutText(reason, 400),
  attempt,
  final,
});

/** One attempt that the provider accepted. Its checkpoint id is what proves a backup to be ours. */
const acceptedAttempt = z.object({
  attempt: z.number().int(),
  name: z.string(),
  checkpoint_id: z.string(),
  at_ms: z.number().int(),
  /** Ids of the resources it covers; of an attempt that another one has followed nobody asks for them any more. */
  resources: z.array(z.string()),
});

const slotSchema = z.object({
  project: z.string(),
  /** Which deployment planned it; part of the attempts' names, and so it stays as it was when that is renamed. */
  deployment: z.string(),
  rule: z.string(),
  /** Other rules that are due at the same time for this vault: the one checkpoint serves them, too. */
  shared_with: z
    .array(
      z.object({
        rule: z.string(),
        /** What it wanted and does not get, because the checkpoint was posted before it was planned; else null. */
        unserved: z.string().nullable(),
      }),
    )
    .optional(),
  vault_id: z.string(),
  vault_name: z.string(),
  scheduled_at: z.string(),
  deadline_at_ms: z.number().int(),
  /** The scheduled time of this vault's previous slot if that was still open when this one was planned. */
  after: z.string().nullable(),
  incremental: z.boolean(),
  /** Ids of the resources that are to have a good backup. */
  resources: z.array(z.string()),
  /** Some resources of the vault are excluded, so the attempts must name those they want. */
  named: z.boolean(),
  work: workSchema,
  attempts: z.array(acceptedAttempt),
  /** Resource id → id of its good backup. */
  covered: z.record(z.string(), z.string()),
  failure: z.record(z.string(), failure),
});

export type Slot = z.output<typeof slotSchema>;

const vaultPartition = ({ project, vault_id }: Pick<SlotId, "project" | "vault_id">) =>
  `vault#${project}#${vault_id}`;

/** So long anybody may ask what became of a night. */
const memory_ms = 400 * 86_400_000;

/**
 * The slots: by night in the table, by vault in the index. One that led to a checkpoint is what proves its backups to be
 * ours, and is kept as long as they may be: for ever. One without proves nothing.
 */
export const slotRecord = defineRecord({
  kind: "slot",
  version: 1,
  schema: slotSchema,
  partition: ({ project, scheduled_at }: Pick<SlotId, "project" | "scheduled_at">) =>
    `slots#${project}#${scheduled_at}`,
  sort: ({ vault_id }: SlotId) => vault_id,
  subject: (slot) => ({ partition: vaultPartition(slot), sort: `slot#${slot.scheduled_at}` }),
  expires_at_ms: ({ work, attempts }) =>
    work.settled && attempts.length === 0 ? work.settled.at_ms + memory_ms : undefined,
});

/** All slots of a night, strongly consistent. */
export const slotsOfNight = (ledger: Ledger, night: Pick<SlotId, "project" | "scheduled_at">) =>
  slotRecord.all(ledger, night);

/** All slots that a vault ever had, newest first. May lag behind by seconds. */
export const slotsOfVault = (ledger: Ledger, vault: Pick<SlotId, "project" | "vault_id">) =>
  slotRecord.list(ledger, {
    partition: vaultPartition(vault),
    prefix: "slot#",
    bySubject: true,
    descending: true,
  });

/**
 * What is written in the place of a slot that the table refuses: its vault has failed, its night goes on, and the summary
 * says so.
 */
export function refusedSlot(slot: Slot, { message }: EntryRefused, now_ms: number): Slot {
  return {
    ...slot,
    resources: slot.resources.filter((id) => slot.covered[id] !== undefined),
    failure: {},
    work: settle(slot.work, { now_ms, outcome: "failed", code: "record-refused", reason: message }),
  };
}

/** How a slot ends that gets no further attempt: what is covered stays covered. */
export function endWithout(slot: Slot, otherwise: "failed" | "given-up"): "partial" | "failed" | "given-up" {
  return slot.resources.some((id) => slot.covered[id] !== undefined) ? "partial" : otherwise;
}

/**
 * Whether a settled slot is its vault's checkpoint: each resource has a good backup, or can have none by the provider's
 * own word, and at least one has. One whose deadline came before the last resource was covered is not.
 */
export function isAvailable(slot: Slot): boolean {
  const outcome = slot.work.settled?.outcome;
  return (outcome === "done" || outcome === "partial") && remaining(slot).length === 0;
}

/** The resources that the current attempt is for: those without a good backup that another attempt can help. */
export function remaining(slot: Slot): string[] {
  return slot.resources.filter((id) => slot.covered[id] === undefined && !slot.failure[id]?.final);
}

/** Whether the slot is one of a rule's night. */
export const serves = (slot: Slot, rule: string): boolean =>
  slot.rule === rule || (slot.shared_with?.some((other) => other.rule === rule) ?? false);

/**
 * A slot that serves another rule's wish, too: the slot that this rule would have had. While nothing was posted the fuller
 * wish wins: full over incremental, every resource that either wants, the earlier deadline. Returns the same slot when it
 * serves the rule already. Pure.
 */
export function shareSlot(slot: Slot, wish: Slot): Slot {
  if (serves(slot, wish.rule)) return slot;
  const shared = (unserved: string | null) => [...(slot.shared_with ?? []), { rule: wish.rule, unserved }];
  const isSkipped = ({ work }: Slot) => work.settled?.outcome === "skipped";
  if (isSkipped(wish)) return { ...slot, shared_with: shared(null) };
  if (isSkipped(slot)) return { ...wish, rule: slot.rule, shared_with: shared(null) };
  if (slot.work.state === "planned" && slot.work.attempt === 1) {
    return {
      ...slot,
      shared_with: shared(null),
      incremental: slot.incremental && wish.incremental,
      resources: [...new Set([...slot.resources, ...wish.resources])],
      named: slot.named && wish.named,
      deadline_at_ms: Math.min(slot.deadline_at_ms, wish.deadline_at_ms),
      work: { ...slot.work, look_first: slot.work.look_first || wish.work.look_first },
    };
  }
  const wanted = new Set(slot.resources);
  const missing = wish.resources.filter((id) => !wanted.has(id));
  const unserved = [
    ...(missing.length > 0 ? [`without ${missing.join(", ")}`] : []),
    ...(slot.incremental && !wish.incremental ? ["incremental, not full"] : []),
  ];
  return { ...slot, shared_with: shared(unserved.length > 0 ? unserved.join("; ") : null) };
}
