import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import type { PruneDecision } from "./decision.ts";
import { editionText, type PlanId } from "./plan.ts";
import type { VaultPrune } from "./vault-record.ts";

/**
 * What became of one backup that a plan deletes.
 *
 *   intended ─204─▶ requested ─a later listing lacks it─▶ gone
 *      │  no clear answer: unclear ─────────┘  │ it is there still: remains
 *      └─ refused (with a code), failed
 */
const deletionSchema = z.object({
  project: z.string(),
  vault_id: z.string(),
  scheduled_at: z.string(),
  edition: z.number().int().default(0),
  hash: z.string(),
  backup_id: z.string(),
  resource_id: z.string(),
  created_at: z.string(),
  /** Why it may go: the plan's own words. */
  reason: z.string(),
  state: z.enum(["intended", "requested", "unclear", "gone", "remains", "refused", "failed"]),
  /** A refusal's code, or the provider's. */
  code: z.string().nullable(),
  /** What was said in the end, in words. */
  note: z.string().nullable(),
  changed_at_ms: z.number().int(),
});

export type Deletion = z.output<typeof deletionSchema>;

/** What was deleted, and why, is remembered for so long. */
const memory_ms = 5 * 366 * 86_400_000;

type DeletionId = PlanId & { readonly backup_id: string };
type RunId = Omit<PlanId, "edition">;
/** What only a later edition of a run's plan has. */
const suffix = ({ edition }: Pick<PlanId, "edition">) => (edition === 0 ? "" : `#${editionText(edition)}`);

/** The deletions: by run in the table, by backup in the index. */
export const deletionRecord = defineRecord({
  kind: "deletion",
  version: 1,
  schema: deletionSchema,
  partition: ({ project, vault_id, scheduled_at }: RunId) =>
    `deletions#${project}#${vault_id}#${scheduled_at}`,
  sort: (id: DeletionId) => `${id.backup_id}${suffix(id)}`,
  subject: ({ project, backup_id, ...plan }) => ({
    partition: `backup#${project}#${backup_id}`,
    sort: `${plan.scheduled_at}${suffix(plan)}`,
  }),
  expires_at_ms: ({ changed_at_ms }) => changed_at_ms + memory_ms,
});

/** A deletion that a plan decides and that is about to begin. */
export function intendedDeletion(
  { id, resource_id, created_at, reason }: PruneDecision,
  { project, vault_id, scheduled_at, edition, plan }: VaultPrune,
  now_ms: number,
): Deletion {
  return {
    ...{ project, vault_id, scheduled_at, edition, hash: plan?.hash ?? "", backup_id: id },
    ...{ resource_id, created_at, reason, changed_at_ms: now_ms },
    ...{ state: "intended", code: null, note: null },
  };
}

/** The deletions of a run, of every plan that it made. */
export const deletionsOf = (ledger: Ledger, run: RunId) => deletionRecord.all(ledger, run);

/** What the ledger knows of a backup's deletion, newest first. May lag behind by seconds. */
export const deletionsOfBackup = (ledger: Ledger, project: string, backup_id: string) =>
  deletionRecord.list(ledger, {
    partition: `backup#${project}#${backup_id}`,
    bySubject: true,
    descending: true,
  });

/** Nothing more is done about it in its run. */
export const isOver = ({ state }: Deletion): boolean => state !== "intended";
/** Its call may have been made; one that the stop flag held back was never sent. */
export const isBegun = ({ state, code }: Deletion): boolean => state === "intended" && code !== "stopped";
/** Only a later listing can tell what became of it. */
export const awaitsListing = ({ state }: Deletion): boolean =>
  state === "intended" || state === "requested" || state === "unclear";
