import type { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { readStop } from "../../shared/control/stop.ts";
import { chunks, inParallel } from "../../shared/core/parallel.ts";
import { byProject } from "../../shared/instances/by-project.ts";
import { batchRecord } from "../../shared/instances/phones/batch.ts";
import { newPhone, type Phone, phoneRecord } from "../../shared/instances/phones/phone.ts";
import { statesOf } from "../../shared/instances/phones/states.ts";
import {
  applyVerdict,
  judgePhone,
  longestInstanceId,
  type PhoneVerdict,
  type SeenState,
} from "../../shared/instances/phones/verdict.ts";
import { implementTogether } from "../../shared/lambda/implement.ts";
import { itemsAtOnce } from "../../shared/ledger/ledger.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import { decide } from "../../shared/work/decide.ts";
import { type Failure, failureOf } from "../../shared/work/failure.ts";
import { accept } from "../../shared/work/transitions.ts";
import { callTogether, type Going } from "./call.ts";
import { definition, type InProject, type PhoneDeps } from "./definition.ts";

type Request = ReturnType<typeof phoneReleaseRequested.parse>;

/** What became of the requests: how many were called for, adopted, put off, ended, and what was not due. */
type Counts = Partial<Record<PhoneVerdict["do"] | "not-due" | "lost", number>>;

/** Documented: one call is for at most 100 instances. */
const mostInstances = 100;

/** Backs up the instances whose release was asked for: state first, then at most one call for each (see docs). */
export async function backUpPhones(
  requests: readonly Request[],
  deps: PhoneDeps,
): Promise<{ broken: number[]; projects: Record<string, Counts> }> {
  const { groups, broken } = byProject(deps.estate, requests);
  const projects: Record<string, Counts> = {};
  for (const [project, ofProject] of groups) {
    const provider = await deps.provider(project);
    projects[project.name] = await backUpInProject(ofProject, { ...deps, project, provider });
  }
  return { broken, projects };
}

async function backUpInProject(requests: readonly Request[], deps: InProject): Promise<Counts> {
  const { ledger } = deps;
  const unique = [...new Map(requests.map((request) => [keyOf(request), request])).values()];
  const counts: Counts = {};
  const count = (what: keyof Counts, by = 1) => {
    counts[what] = (counts[what] ?? 0) + by;
  };

  const remembered = await inParallel(unique, itemsAtOnce, (request) => remember(request, deps));
  const due = remembered.filter((stored) => stored !== undefined);
  count("not-due", unique.length - due.length);
  if (due.length === 0) return counts;

  const [states, stop] = await Promise.all([lookAt(due, deps), readStop(ledger)]);
  const going: Going[] = [];
  await inParallel(due, itemsAtOnce, async (seen) => {
    const verdict = await verdictsOf(seen.value, states, deps);
    if (verdict.do === "call" && !stop) return void going.push({ seen, state: verdict.state });
    const held: PhoneVerdict =
      verdict.do === "call" ? { do: "wait", reason: "the stop flag is set" } : verdict;
    count((await write(seen, held, deps)) ? held.do : "lost");
  });

  for (const some of chunks(going, mostInstances)) {
    const called = await callTogether(some, deps);
    count("call", called);
    count("lost", some.length - called);
  }
  return counts;
}

const keyOf = ({ instance_id, release_id }: Request) => JSON.stringify([instance_id, release_id]);

/** The release's record, written when it is new; undefined when nothing may be done for it now. */
async function remember(
  request: Request,
  { ledger, clock, project }: InProject,
): Promise<Stored<Phone> | undefined> {
  const fresh = newPhone(request, project.instances.phones, clock.now());
  const created = await phoneRecord.create(ledger, fresh);
  const seen = created === "conflict" ? await phoneRecord.read(ledger, request) : created;
  if (!seen) return undefined;
  const { work } = seen.value;
  const { step } = decide(work, { attempt: request.attempt ?? work.attempt, now_ms: clock.now() });
  return step === "nothing" ? undefined : seen;
}

/** The states of all that are due; an id that the provider cannot take is not asked for. */
async function lookAt(
  due: readonly Stored<Phone>[],
  { provider, random }: InProject,
): Promise<Map<string, SeenState> | Failure> {
  const ids = due.map(({ value }) => value.instance_id).filter((id) => id.length <= longestInstanceId);
  return statesOf(provider, random, ids).catch(failureOf);
}

async function verdictsOf(
  phone: Phone,
  states: Map<string, SeenState> | Failure,
  { ledger, clock }: InProject,
): Promise<PhoneVerdict> {
  if (phone.instance_id.length > longestInstanceId) {
    return {
      do: "end",
      code: "bad-id",
      reason: `an instance id has at most ${longestInstanceId} characters`,
    };
  }
  const ambiguous = phone.work.state === "intended" ? phone.call : null;
  const batch =
    ambiguous && (await batchRecord.read(ledger, { project: phone.project, batch_id: ambiguous.batch_id }));
  if (!(states instanceof Map)) {
    const verdict = judgePhone(phone, undefined, batch?.value.answer ?? undefined, clock.now());
    return verdict.do === "wait" ? { do: "wait", reason: states.reason } : verdict;
  }
  return judgePhone(phone, states.get(phone.instance_id), batch?.value.answer ?? undefined, clock.now());
}

/** Writes a verdict that needs no call; false when somebody else was faster. */
async function write(
  seen: Stored<Phone>,
  verdict: Exclude<PhoneVerdict, { do: "call" }>,
  { ledger, clock, project }: InProject,
): Promise<boolean> {
  const now_ms = clock.now();
  const value =
    verdict.do === "adopt"
      ? adopted(seen.value, verdict, now_ms)
      : applyVerdict(seen.value, verdict, project.instances.phones, now_ms);
  return (await phoneRecord.replace(ledger, seen, value)) !== "conflict";
}

/** The answer had been recorded before the function that made the call died. */
function adopted(phone: Phone, { task_id, job_id }: PhoneVerdict & { do: "adopt" }, now_ms: number): Phone {
  if (!phone.call) return phone;
  return {
    ...phone,
    call: { ...phone.call, task_id, job_id },
    work: accept(phone.work, { id: job_id, now_ms, adopted: true }),
  };
}

export const implementation = implementTogether(definition, backUpPhones);
