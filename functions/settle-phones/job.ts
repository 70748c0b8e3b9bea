import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import type { settleDue } from "../../events/settle-due.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { announcementOf } from "../../shared/instances/phones/announce.ts";
import { confirmPhone } from "../../shared/instances/phones/confirm.ts";
import { openPhones, type Phone, phoneRecord } from "../../shared/instances/phones/phone.ts";
import { applyVerdict, overdue } from "../../shared/instances/phones/verdict.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { itemsAtOnce } from "../../shared/ledger/ledger.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import { eachProject } from "../../shared/work/each-project.ts";
import { collectFailures } from "../../shared/work/failure.ts";
import { sendAgain } from "../../shared/work/send-again.ts";
import { isOpen } from "../../shared/work/work.ts";
import { definition } from "./definition.ts";
import { lookAtAccepted, type Seen } from "./look.ts";

type SettleDeps = Deps<typeof definition>;

/** What one run did for one project. */
interface PhonesSettled {
  readonly announced: number;
  readonly sent: number;
  readonly open: number;
}

/** Confirms, gives up, sends again and announces: every release that is not over, of every project. */
export function settlePhones(_due: ReturnType<typeof settleDue.parse>, deps: SettleDeps) {
  return eachProject(deps, "phones-unsettled", (project, signal) => settleProject(deps, project, signal));
}

async function settleProject(
  deps: SettleDeps,
  project: Project,
  signal: AbortSignal,
): Promise<PhonesSettled> {
  const { ledger, random } = deps;
  const phones = await Array.fromAsync(openPhones(ledger, project.name));
  const accepted = phones.map(({ value }) => value).filter(({ work }) => work.state === "accepted");
  const provider = await deps.provider(project, signal);
  const failures = collectFailures();
  const seen = await lookAtAccepted(accepted, { provider, random, unless: failures.later });

  const units: Stored<Phone>[] = [];
  const total = { announced: 0, open: 0 };
  let failed: unknown;
  await inParallel(phones, itemsAtOnce, async (stored) => {
    const phone = await bringUpToDate(stored, seen, deps, project);
    if (!phone || isOpen(phone.value.work)) {
      if (phone) units.push(phone);
      total.open++;
      return;
    }
    const told = announce(phone, deps).catch((error: unknown) => {
      failed ??= error;
      return false;
    });
    if (await told) total.announced++;
  });
  const sent = await sendAgain(
    { ...deps, queue: deps.queueOf(phoneReleaseRequested) },
    { record: phoneRecord, units, message },
  );
  // Only now: what could not be asked or told must not keep anything else from being done.
  failures.rethrow();
  if (failed) throw failed;
  return { ...total, sent };
}

/** The release as it is now; undefined when somebody else has changed it meanwhile. */
async function bringUpToDate(
  stored: Stored<Phone>,
  seen: Seen,
  { ledger, clock }: SettleDeps,
  project: Project,
): Promise<Stored<Phone> | undefined> {
  const now_ms = clock.now();
  const rules = project.instances.phones;
  const before = stored.value;
  // Those that could not be asked about are given up by time alone.
  const looked = seen.get(before) ?? { job: undefined, state: undefined };
  const confirmed = confirmPhone(before, looked, rules, now_ms);
  const verdict = overdue(confirmed, now_ms);
  const phone = verdict && verdict.do === "end" ? applyVerdict(confirmed, verdict, rules, now_ms) : confirmed;
  if (phone === before) return stored;
  const written = await phoneRecord.replace(ledger, stored, phone);
  return written === "conflict" ? undefined : written;
}

const message = ({ project, instance_id, release_id, work }: Phone) =>
  phoneReleaseRequested.create({ project, instance_id, release_id, attempt: work.attempt });

/** Published first, written down after: when we die in between it is published again, with the same id. */
async function announce(stored: Stored<Phone>, { ledger, clock, publisher }: SettleDeps): Promise<boolean> {
  const announcement = announcementOf(stored.value);
  if (!announcement || stored.value.announced_at_ms !== null) return false;
  await publisher.notify(announcement);
  await phoneRecord.replace(ledger, stored, { ...stored.value, announced_at_ms: clock.now() });
  return true;
}

export const implementation = implement(definition, settlePhones);
