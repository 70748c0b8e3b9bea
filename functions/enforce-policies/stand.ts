import { approvalOf } from "../../shared/control/approval.ts";
import { approvalHash, type Change, type Standing, standingRecord } from "../../shared/policies/standing.ts";
import { raise } from "../../shared/work/alert.ts";
import type { InProject } from "./job.ts";

/** How a policy stands after it was looked at: for the log. */
export interface Stands {
  readonly policy: string;
  readonly drift: number;
  readonly sent: number;
  readonly pending: number;
  readonly hash: string | null;
  readonly problem: string | null;
}

/** Whether somebody has approved exactly these changes of this policy. */
export async function isApproved(
  { ledger, project }: InProject,
  policy: string,
  pending: readonly Change[],
): Promise<boolean> {
  if (pending.length === 0) return false;
  const hash = approvalHash({ project: project.name, policy }, pending);
  return (await approvalOf(ledger, hash)) !== undefined;
}

export interface Looked {
  readonly policy: string;
  readonly policy_id: string | null;
  readonly drift: readonly Change[];
  /** What is left that waits for an approval. */
  readonly pending: readonly Change[];
  /** How many requests changed something. */
  readonly sent: number;
  readonly problem?: string | undefined;
}

/** Writes down how a policy stands, when that is new, and tells people once of what waits for them. */
export async function record(surroundings: InProject, looked: Looked): Promise<Stands> {
  const { ledger, clock, publisher, project } = surroundings;
  const { policy, policy_id, sent, problem = null } = looked;
  const [drift, pending] = [[...looked.drift], [...looked.pending]];
  const hash = pending.length > 0 ? approvalHash({ project: project.name, policy }, pending) : null;
  const standing: Standing = {
    ...{ project: project.name, policy, policy_id, drift, pending, hash, problem },
    changed_at_ms: clock.now(),
  };
  const seen = await standingRecord.read(ledger, standing);
  if (!seen) await standingRecord.create(ledger, standing);
  else if (!isSame(seen.value, standing)) await standingRecord.replace(ledger, seen, standing);

  const told = { ledger, publisher, now_ms: clock.now() };
  if (hash) {
    const text = [
      `Policy ${policy} of project ${project.name} is not what the estate says, and setting it would shorten protection:`,
      ...pending.map(({ field, wanted, actual }) => `  ${field}: ${actual} → ${wanted}`),
      `Nothing of this is done unless somebody approves it: npm run operate -- approve ${hash}`,
    ].join("\n");
    await raise(told, { project: project.name, subject: hash, cause: "policy-approval", text });
  }
  if (problem) {
    const text = `Policy ${policy} of project ${project.name}: ${problem}`;
    await raise(told, { project: project.name, subject: policy, cause: "policy-problem", text });
  }
  return { policy, drift: drift.length, sent, pending: pending.length, hash, problem };
}

const isSame = (a: Standing, b: Standing) =>
  JSON.stringify({ ...a, changed_at_ms: 0 }) === JSON.stringify({ ...b, changed_at_ms: 0 });
