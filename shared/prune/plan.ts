import { createHash } from "node:crypto";
import * as z from "zod";
import { inParallel } from "../core/parallel.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import { type PruneDecision, type RefusalCode, refusals } from "./decision.ts";
import { backupClasses } from "./ownership.ts";

/** Which plan: one vault of one project in one run. */
export interface PlanId {
  readonly project: string;
  readonly vault_id: string;
  /** The run's scheduled time, ISO 8601 in UTC, to the second. */
  readonly scheduled_at: string;
  /** 0 for the first plan of the run. */
  readonly edition: number;
}

const day_ms = 86_400_000;
/** Plans with all their decisions are kept for so long; what was deleted and why, longer (see deletion.ts). */
const memory_ms = 100 * day_ms;

const refusalCodes = Object.keys(refusals) as RefusalCode[];
const decisionSchema = z.object({
  id: z.string(),
  resource_id: z.string(),
  created_at: z.string(),
  class: z.enum(backupClasses),
  action: z.enum(["keep", "delete", "refuse"]),
  code: z.enum(["retained", "expired", ...refusalCodes]),
  reason: z.string(),
  fingerprint: z.string().optional(),
});

const planSchema = z.object({
  project: z.string(),
  vault_id: z.string(),
  vault_name: z.string(),
  scheduled_at: z.string(),
  edition: z.number().int().default(0),
  planned_at_ms: z.number().int(),
  mode: z.enum(["report", "delete"]),
  /** The hash of what the estate said when it was made (grounds.ts). */
  grounds: z.string().default(""),
  /** SHA-256 over the plan's content: what an approval names. */
  hash: z.string(),
  /** How many entries hold its decisions. */
  parts: z.number().int(),
  listed: z.number().int(),
  kept: z.number().int(),
  deletes: z.number().int(),
  /** Code → how many backups are refused for it. */
  refused: z.record(z.string(), z.number().int()),
  /** Why it must be approved before anything is deleted; null when it need not be. */
  needs_approval: z.string().nullable(),
});

export type PrunePlan = z.output<typeof planSchema>;

/** Sorts as text. */
export const editionText = (edition: number): string => String(edition).padStart(4, "0");

/** The plans: by vault in the table, by hash in the index. A plan is written once and never changed. */
export const planRecord = defineRecord({
  kind: "prune-plan",
  version: 1,
  schema: planSchema,
  partition: ({ project, vault_id }: Pick<PlanId, "project" | "vault_id">) => `plans#${project}#${vault_id}`,
  sort: ({ scheduled_at, edition }: PlanId) =>
    edition === 0 ? scheduled_at : `${scheduled_at}#${editionText(edition)}`,
  subject: ({ hash, project, vault_id }) => ({
    partition: `plan-hash#${hash}`,
    sort: `${project}#${vault_id}`,
  }),
  expires_at_ms: ({ planned_at_ms }) => planned_at_ms + memory_ms,
});

const partSchema = z.object({
  project: z.string(),
  vault_id: z.string(),
  hash: z.string(),
  part: z.number().int(),
  planned_at_ms: z.number().int(),
  decisions: z.array(decisionSchema),
});

type PartId = Pick<z.output<typeof partSchema>, "project" | "vault_id" | "hash" | "part">;

/** The decisions of a plan in parts. They are kept under the plan's hash: parts of two plans can never be mixed. */
const partRecord = defineRecord({
  kind: "prune-decisions",
  version: 1,
  schema: partSchema,
  partition: ({ project, vault_id, hash }: Omit<PartId, "part">) => `plan#${project}#${vault_id}#${hash}`,
  sort: ({ part }: PartId) => String(part).padStart(6, "0"),
  expires_at_ms: ({ planned_at_ms }) => planned_at_ms + memory_ms,
});

/** DynamoDB keeps items under 400 KB; the decisions of one entry stay well below, in bytes of JSON. */
const partSize_bytes = 200_000;
const ledgerWrites = 8;

interface PlanContent extends PlanId {
  readonly vault_name: string;
  readonly planned_at_ms: number;
  readonly mode: PrunePlan["mode"];
  readonly grounds: string;
  readonly largest_share: number;
  readonly decisions: readonly PruneDecision[];
}

/** Makes the plan of some decisions. Pure. */
export function makePlan(content: PlanContent): PrunePlan {
  const { decisions, largest_share, project, vault_id, vault_name, scheduled_at, edition } = content;
  const { planned_at_ms, mode, grounds } = content;
  const deletes = decisions.filter(({ action }) => action === "delete").length;
  const refused: Record<string, number> = {};
  for (const { action, code } of decisions) if (action === "refuse") refused[code] = (refused[code] ?? 0) + 1;
  const listed = decisions.length;
  const most = largest_share * listed;
  const needs_approval =
    deletes > most
      ? `it would delete ${deletes} of the vault's ${listed} backups, more than the largest share of ${largest_share * 100}%`
      : null;
  return {
    ...{ project, vault_id, vault_name, scheduled_at, edition, planned_at_ms, mode, grounds },
    ...{ listed, deletes, refused, needs_approval, hash: hashOf(content), parts: partsOf(decisions).length },
    kept: decisions.filter(({ action }) => action === "keep").length,
  };
}

/** SHA-256, in hex, over which vault the plan is for, when it was made and every decision with its reason. */
function hashOf({ project, vault_id, scheduled_at, edition, planned_at_ms, decisions }: PlanContent): string {
  const hash = createHash("sha256");
  hash.update(`${JSON.stringify([project, vault_id, scheduled_at, edition, planned_at_ms])}\n`);
  const sorted = [...decisions].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, resource_id, created_at, action, code, reason, fingerprint = null, ...rest } of sorted) {
    hash.update(
      `${JSON.stringify([id, resource_id, created_at, rest.class, action, code, reason, fingerprint])}\n`,
    );
  }
  return hash.digest("hex");
}

function partsOf(decisions: readonly PruneDecision[]): PruneDecision[][] {
  const parts: PruneDecision[][] = [];
  let size_bytes = Number.POSITIVE_INFINITY;
  for (const decision of decisions) {
    const own_bytes = Buffer.byteLength(JSON.stringify(decision));
    size_bytes += own_bytes;
    if (size_bytes > partSize_bytes) {
      parts.push([]);
      size_bytes = own_bytes;
    }
    parts.at(-1)?.push(decision);
  }
  return parts;
}

/**
 * Writes a plan, its decisions first, so that a plan that can be read is whole. Returns the plan of the run that is in
 * force: another one if somebody else was faster.
 */
export async function writePlan(ledger: Ledger, plan: PrunePlan, decisions: readonly PruneDecision[]) {
  const parts = partsOf(decisions).map((some, part) => ({ ...plan, part, decisions: some }));
  await inParallel(parts, ledgerWrites, ({ project, vault_id, hash, part, planned_at_ms, decisions }) =>
    partRecord.create(ledger, { project, vault_id, hash, part, planned_at_ms, decisions }),
  );
  if ((await planRecord.create(ledger, plan)) !== "conflict") return plan;
  return (await planRecord.read(ledger, plan))?.value ?? plan;
}

/** A plan's decisions are not all there; nothing may be deleted by it. */
export class IncompletePlan extends Error {
  override readonly name = "IncompletePlan";
}

/** Every decision of a plan. Throws IncompletePlan. */
export async function decisionsOf(ledger: Ledger, plan: PrunePlan): Promise<PruneDecision[]> {
  const parts = await Array.fromAsync(partRecord.all(ledger, plan));
  const decisions = parts.flatMap(({ value }) => value.decisions);
  if (parts.length !== plan.parts || decisions.length !== plan.listed) {
    throw new IncompletePlan(
      `plan ${plan.hash} of vault ${plan.vault_id} has ${decisions.length} of its ${plan.listed} decisions in the ledger`,
    );
  }
  return decisions;
}

/** The plan that a hash names. May lag behind by seconds. */
export async function planOfHash(ledger: Ledger, hash: string): Promise<PrunePlan | undefined> {
  const found = planRecord.list(ledger, { partition: `plan-hash#${hash}`, bySubject: true });
  for await (const { value } of found) return value;
  return undefined;
}

/** The plans of a vault, newest first. */
export const plansOfVault = (ledger: Ledger, vault: Pick<PlanId, "project" | "vault_id">) =>
  planRecord.all(ledger, vault, { descending: true });
