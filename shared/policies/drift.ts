import { createHash } from "node:crypto";
import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import { workSchema } from "../work/work.ts";
import type { Association } from "./associate.ts";
import type { Drift } from "./compare.ts";

const change = z.object({ field: z.string(), wanted: z.string(), actual: z.string(), effect: z.string() });

/** How a policy of the estate stood when it was last looked at. */
const driftSchema = z.object({
  project: z.string(),
  /** `hss`, or `cbr:` and the policy's name. */
  policy: z.string(),
  /** The provider's id; null while it does not exist. */
  policy_id: z.string().nullable(),
  changed_at_ms: z.number().int(),
  /** Every difference that was found. */
  drift: z.array(change),
  /** What waits for an approval, and the hash that the approval must name. */
  pending: z.array(change),
  hash: z.string().nullable(),
  /** Since when exactly these changes have been waiting; the hash is of this too, so that an approval is for once. */
  pending_since_ms: z.number().int().nullable(),
  /** Why the policy could not be looked at or made. */
  problem: z.string().nullable(),
});

export type PolicyDrift = z.output<typeof driftSchema>;
export type Change = z.output<typeof change>;

export const driftRecord = defineRecord({
  kind: "policy-drift",
  version: 1,
  schema: driftSchema,
  partition: perProject("policies"),
  sort: ({ policy }: Pick<PolicyDrift, "policy">) => `drift#${policy}`,
  subject: ({ hash, project, policy }) =>
    hash === null ? undefined : { partition: `policy-hash#${hash}`, sort: `${project}#${policy}` },
});

/** The policy whose changes wait for an approval of this hash, if there is one. */
export async function driftOfHash(ledger: Ledger, hash: string): Promise<PolicyDrift | undefined> {
  const listing = { partition: `policy-hash#${hash}`, bySubject: true };
  for await (const { value } of driftRecord.list(ledger, listing)) return value;
  return undefined;
}

/** How the policies of a project stand: what drifted, what waits for approval. */
export const driftsOf = (ledger: Ledger, project: string) =>
  driftRecord.all(ledger, { project }, { prefix: "drift#" });

/** An association that is not as it should be, as a change of the policy. */
export const asChange = ({ vault_id, vault_name, change, actual_policy_id }: Association): Change => ({
  field: `vault ${vault_id} (${vault_name})`,
  wanted: change === "dissociate" ? "not this policy" : "this policy",
  actual: actual_policy_id ?? "none",
  effect: change,
});

/** Changes that wait, and what an approval of them must name. */
export interface Waiting {
  readonly hash: string;
  readonly since_ms: number;
}

/**
 * What an approval must name: these changes of this policy, since they were found. The same changes found anew, after
 * they had been made or had gone, are another thing to approve. Pure.
 */
export function waitingFor(
  { project, policy }: Pick<PolicyDrift, "project" | "policy">,
  pending: readonly (Drift | Change)[],
  before: Pick<PolicyDrift, "pending" | "pending_since_ms"> | undefined,
  now_ms: number,
): Waiting | undefined {
  if (pending.length === 0) return undefined;
  const text = textOf(pending);
  const known = before && textOf(before.pending) === text ? before.pending_since_ms : null;
  const since_ms = known ?? now_ms;
  const hash = createHash("sha256")
    .update(JSON.stringify([project, policy, text, since_ms]))
    .digest("hex");
  return { hash: hash.slice(0, 16), since_ms };
}

const textOf = (changes: readonly (Drift | Change)[]) =>
  JSON.stringify(changes.map(({ field, wanted, actual }) => [field, wanted, actual]).sort());

/** The making of a policy that the estate names and the project lacks: exactly once, however often it is tried. */
const creationSchema = z.object({ project: z.string(), name: z.string(), work: workSchema });

export type Creation = z.output<typeof creationSchema>;
type CreationId = Pick<Creation, "project" | "name">;

export const creationRecord = defineRecord({
  kind: "policy-creation",
  version: 1,
  schema: creationSchema,
  partition: perProject("policies"),
  sort: ({ name }: CreationId) => `creation#${name}`,
});
