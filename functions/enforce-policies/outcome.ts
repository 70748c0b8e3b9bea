import { approvalOf } from "../../shared/control/approval.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import {
  type Change,
  driftRecord,
  type PolicyDrift,
  type Waiting,
  waitingFor,
} from "../../shared/policies/drift.ts";
import { clear, raise } from "../../shared/work/alert.ts";
import type { InProject } from "./definition.ts";

/** How a policy stands after it was looked at: for the log. */
export interface PolicyOutcome {
  readonly policy: string;
  readonly drift: number;
  readonly sent: number;
  readonly pending: number;
  readonly hash: string | null;
  readonly problem: string | null;
}

/** What was known of a policy, what waits now, and whether somebody has approved exactly that. */
interface Opened {
  readonly policy: string;
  readonly before: Stored<PolicyDrift> | undefined;
  readonly waiting: Waiting | undefined;
  readonly pending: readonly Change[];
  readonly approved: boolean;
}

export async function open(
  { ledger, clock, project }: InProject,
  policy: string,
  pending: readonly Change[],
): Promise<Opened> {
  const id = { project: project.name, policy };
  const before = await driftRecord.read(ledger, id);
  const waiting = waitingFor(id, pending, before?.value, clock.now());
  const approval = waiting && (await approvalOf(ledger, waiting.hash));
  return { policy, before, waiting, pending, approved: approval !== undefined };
}

/** The provider's id of a policy, as it was last looked at. */
export async function policyIdOf({ ledger, project }: InProject, policy: string): Promise<string | null> {
  return (await driftRecord.read(ledger, { project: project.name, policy }))?.value.policy_id ?? null;
}

interface Looked {
  readonly policy_id: string | null;
  readonly drift: readonly Change[];
  /** How many requests changed something. */
  readonly sent: number;
  readonly problem?: string | undefined;
}

/** Writes down how a policy stands, when that is new, and tells people once of what waits for them. */
export async function record(deps: InProject, opened: Opened, looked: Looked): Promise<PolicyOutcome> {
  const { ledger, clock, project } = deps;
  const { policy, before, approved } = opened;
  const { policy_id, sent, problem = null } = looked;
  // What was approved is done by now.
  const waiting = approved ? undefined : opened.waiting;
  const pending = approved ? [] : [...opened.pending];
  const hash = waiting?.hash ?? null;
  const drift: PolicyDrift = {
    ...{ project: project.name, policy, policy_id, drift: [...looked.drift], pending, hash, problem },
    pending_since_ms: waiting?.since_ms ?? null,
    changed_at_ms: clock.now(),
  };
  if (!before || !isSame(before.value, drift)) await driftRecord.put(ledger, before, drift);
  await tell(deps, before?.value, drift);
  return { policy, drift: looked.drift.length, sent, pending: pending.length, hash, problem };
}

async function tell(
  { ledger, clock, publisher, project: { name } }: InProject,
  before: PolicyDrift | undefined,
  { policy, pending, hash, problem }: PolicyDrift,
): Promise<void> {
  const told = { ledger, publisher, now_ms: clock.now() };
  if (before?.hash && before.hash !== hash) {
    const text = `What waited of policy ${policy} was done, or is not to be done any more.`;
    await clear(told, { project: name, subject: before.hash, cause: "policy-approval", text });
  }
  if (hash) {
    const text = [
      `Policy ${policy} of project ${name} is not what the estate says, and setting it would shorten protection:`,
      ...pending.map(({ field, wanted, actual }) => `  ${field}: ${actual} → ${wanted}`),
      `Nothing of this is done unless somebody approves it: npm run operate -- approve ${hash}`,
    ].join("\n");
    await raise(told, { project: name, subject: hash, cause: "policy-approval", text });
  }
  const alert = { project: name, subject: policy, cause: "policy-problem" };
  if (problem) await raise(told, { ...alert, text: `Policy ${policy} of project ${name}: ${problem}` });
  else await clear(told, { ...alert, text: `Policy ${policy} of project ${name} has no problem any more.` });
}

const isSame = (a: PolicyDrift, b: PolicyDrift) =>
  JSON.stringify({ ...a, changed_at_ms: 0 }) === JSON.stringify({ ...b, changed_at_ms: 0 });
