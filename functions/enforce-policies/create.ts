import { ListUnreadable, textOf, type UnreadableItem } from "../../shared/api/list.ts";
import type { CbrPolicyRules } from "../../shared/estate/policies.ts";
import { type Creation, creationRecord } from "../../shared/policies/drift.ts";
import { resultOfError } from "../../shared/work/failure.ts";
import { perform } from "../../shared/work/perform.ts";
import type { Result } from "../../shared/work/result.ts";
import { plan, reopen, settle } from "../../shared/work/transitions.ts";
import { isOpen } from "../../shared/work/work.ts";
import type { InProject } from "./definition.ts";

/** Documented: a project has at most 32 policies. */
const mostPolicies = 32;
/** What was made is in the list after this time; if it is not, somebody has deleted it. */
const listingLag_ms = 15 * 60_000;

interface Made {
  readonly policy_id: string | undefined;
  readonly problem: string | undefined;
}

/** Makes a policy that the estate names and no list shows: exactly once, whatever becomes of the answer. */
export async function create(rules: CbrPolicyRules, existing: number, deps: InProject): Promise<Made> {
  if (existing >= mostPolicies) {
    const problem = `it cannot be made: the project has ${existing} policies, at most ${mostPolicies} are possible`;
    return { policy_id: undefined, problem };
  }
  const { ledger, clock, project } = deps;
  const id = { project: project.name, name: rules.name };
  await creationRecord.create(ledger, { ...id, work: plan(clock.now()) });
  await beginAgain(id, deps);
  const seen = await creationRecord.read(ledger, id);
  const performed = await perform(
    {
      record: creationRecord,
      act: (creation) => post(creation, rules, deps),
      look: (creation) => look(creation, deps),
    },
    deps,
    { id, attempt: seen?.value.work.attempt ?? 1 },
  );
  const made = await creationRecord.read(ledger, id);
  const work = made?.value.work;
  if (work?.state === "accepted" && work.accepted) return { policy_id: work.accepted.id, problem: undefined };
  return { policy_id: undefined, problem: `it is not made yet: ${performed.why}` };
}

/** A policy that was made and is in no list any more was deleted: it is made again. */
async function beginAgain(
  id: Pick<Creation, "project" | "name">,
  { ledger, clock }: InProject,
): Promise<void> {
  const seen = await creationRecord.read(ledger, id);
  if (!seen) return;
  const { work } = seen.value;
  const now_ms = clock.now();
  const lost = work.state === "accepted" && now_ms >= (work.accepted?.at_ms ?? 0) + listingLag_ms;
  if (isOpen(work) && !lost) return;
  const ended = lost ? settle(work, { now_ms, outcome: "done" }) : work;
  await creationRecord.replace(ledger, seen, { ...seen.value, work: reopen(ended, now_ms) });
}

async function post(
  creation: Creation,
  rules: CbrPolicyRules,
  { provider, lease }: InProject,
): Promise<Result<Creation>> {
  try {
    const { policy } = await provider.createPolicy(
      {
        body: {
          policy: {
            name: rules.name,
            enabled: rules.enabled,
            operation_type: "backup",
            operation_definition: rules.retention,
            trigger: { properties: { pattern: rules.schedule } },
          },
        },
      },
      { deadline_ms: lease.deadline_ms },
    );
    return { result: "accepted", id: policy.id, value: creation, adopted: false };
  } catch (error) {
    return resultOfError(error);
  }
}

async function look(creation: Creation, { provider }: InProject) {
  const { policies, unreadable } = await listPolicies(provider);
  const found = policies.find(({ name }) => name === creation.name);
  const unclear = mayHaveName(unreadable, creation.name);
  if (!found && unclear) throw new ListUnreadable(unclear);
  return found && { id: found.id, value: creation };
}

/** The project's backup policies, and what of the list cannot be read. */
export async function listPolicies(provider: InProject["provider"]) {
  const unreadable: UnreadableItem[] = [];
  const policies = await Array.fromAsync(
    provider.listPolicies.all(
      { query: { operation_type: "backup" } },
      { unreadable: (item) => unreadable.push(item) },
    ),
  );
  return { policies, unreadable };
}

/** The unreadable policy that may have this name: made once more, there would be two of it. */
export const mayHaveName = (unreadable: readonly UnreadableItem[], name: string) =>
  unreadable.find((item) => (textOf(item, "name") ?? name) === name);
