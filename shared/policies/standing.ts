import { createHash } from "node:crypto";
import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import type { Association } from "./associate.ts";
import type { Drift } from "./compare.ts";

const change = z.object({ field: z.string(), wanted: z.string(), actual: z.string(), effect: z.string() });

/** How a policy of the estate stood when it was last looked at. */
const standingSchema = z.object({
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
  /** Why the policy could not be looked at or made. */
  problem: z.string().nullable(),
});

export type Standing = z.output<typeof standingSchema>;
export type Change = z.output<typeof change>;

const partition = (project: string) => `policies#${project}`;

export const standingRecord = defineRecord({
  kind: "policy-standing",
  version: 1,
  schema: standingSchema,
  idOf: (standing): Pick<Standing, "project" | "policy"> => standing,
  key: ({ project, policy }: Pick<Standing, "project" | "policy">) => ({
    partition: partition(project),
    sort: `standing#${policy}`,
  }),
  subject: ({ hash, project, policy }) =>
    hash === null ? undefined : { partition: `policy-hash#${hash}`, sort: `${project}#${policy}` },
});

/** The policy whose changes wait for an approval of this hash, if there is one. */
export async function standingOfHash(ledger: Ledger, hash: string): Promise<Standing | undefined> {
  const listing = { partition: `policy-hash#${hash}`, bySubject: true };
  for await (const { value } of standingRecord.list(ledger, listing)) return value;
  return undefined;
}

/** How the policies of a project stand: what drifted, what waits for approval. */
export const standingsOf = (ledger: Ledger, project: string) =>
  standingRecord.list(ledger, { partition: partition(project), prefix: "standing#" });

/** An association that is not as it should be, as a change of the policy. */
export const asChange = ({ vault_id, vault_name, change, actual_policy_id }: Association): Change => ({
  field: `vault ${vault_id} (${vault_name})`,
  wanted: change === "dissociate" ? "not this policy" : "this policy",
  actual: actual_policy_id ?? "none",
  effect: change,
});

/** What an approval must name: these changes of this policy, and no others. */
export function approvalHash(
  { project, policy }: Pick<Standing, "project" | "policy">,
  pending: readonly (Drift | Change)[],
): string {
  const changes = pending.map(({ field, wanted, actual }) => [field, wanted, actual]);
  const text = JSON.stringify([project, policy, changes.sort()]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
