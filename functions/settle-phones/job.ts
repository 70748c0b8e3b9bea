import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { announcementOf } from "../../shared/instances/phones/announce.ts";
import { confirmPhone } from "../../shared/instances/phones/confirm.ts";
import { applyVerdict, overdue } from "../../shared/instances/phones/judge.ts";
import { openPhones, type Phone, phoneRecord } from "../../shared/instances/phones/phone.ts";
import { itemsAtOnce } from "../../shared/ledger/at-once.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import { inParallel } from "../../shared/runtime/parallel.ts";
import type { Random } from "../../shared/runtime/random.ts";
import { needsSending } from "../../shared/work/decide.ts";
import { type EachProject, eachProject } from "../../shared/work/each-project.ts";
import { sent } from "../../shared/work/transitions.ts";
import { isOpen } from "../../shared/work/work.ts";
import { lookAtAccepted, type Provider, type Seen } from "./look.ts";

export interface SettleSurroundings extends EachProject {
  readonly random: Random;
  readonly queue: Queue;
  readonly provider: (project: Project) => Promise<Provider>;
}

/** What one run did for one project. */
export interface Settled {
  readonly announced: number;
  readonly sent: number;
  readonly open: number;
}

/** A release whose message was sent so long ago has lost it. */
const resendAfter_ms = 4 * 60_000;

/** Confirms, gives up, sends again and announces: every release that is not over, of every project. */
export function settlePhones(surroundings: SettleSurroundings) {
  return eachProject(surroundings, "phones-unsettled", (project) => settleProject(surroundings, project));
}

async function settleProject(surroundings: SettleSurroundings, project: Project): Promise<Settled> {
  const { ledger, queue, random } = surroundings;
  const phones = await Array.fromAsync(openPhones(ledger, project.name));
  const accepted = phones.map(({ value }) => value).filter(({ work }) => work.state === "accepted");
  const provider = await surroundings.provider(project);
  const { seen, trouble } = await lookAtAccepted(accepted, { provider, random });

  const messages: { body: string }[] = [];
  const total = { announced: 0, open: 0 };
  let failed: unknown;
  await inParallel(phones, itemsAtOnce, async (stored) => {
    const { phone, send, revision } = await bringUpToDate(stored, seen, surroundings, project);
    if (send) messages.push({ body: messageFor(phone) });
    if (isOpen(phone.work)) total.open++;
    else if (revision !== undefined) {
      const told = announce({ revision, value: phone }, surroundings).catch((error: unknown) => {
        failed ??= error;
        return false;
      });
      if (await told) total.announced++;
    }
  });
  if (messages.length > 0) await queue.send(messages);
  // Only now: what could not be asked or told must not keep anything else from being done.
  if (trouble ?? failed) throw trouble ?? failed;
  return { ...total, sent: messages.length };
}

interface Updated {
  readonly phone: Phone;
  readonly send: boolean;
  /** Undefined when somebody else has changed it meanwhile. */
  readonly revision: number | undefined;
}

async function bringUpToDate(
  stored: Stored<Phone>,
  seen: Seen,
  { ledger, clock }: SettleSurroundings,
  project: Project,
): Promise<Updated> {
  const now_ms = clock.now();
  const rules = project.instances.phones;
  const before = stored.value;
  // Those that could not be asked about are given up by time alone.
  const looked = seen.get(before) ?? { job: undefined, state: undefined };
  const confirmed = confirmPhone(before, looked, rules, now_ms);
  const verdict = overdue(confirmed, now_ms);
  const settled =
    verdict && verdict.do === "end" ? applyVerdict(confirmed, verdict, rules, now_ms) : confirmed;
  const send = needsSending(settled.work, { now_ms, after_ms: resendAfter_ms });
  const phone = send ? { ...settled, work: sent(settled.work, now_ms) } : settled;
  if (phone === before) return { phone, send, revision: stored.revision };
  const written = await phoneRecord.replace(ledger, stored, phone);
  if (written === "conflict") return { phone: before, send: false, revision: undefined };
  return { phone, send, revision: stored.revision + 1 };
}

const messageFor = ({ project, instance_id, release_id, work }: Phone) =>
  phoneReleaseRequested.create({ project, instance_id, release_id, attempt: work.attempt });

/** Published first, written down after: when we die in between it is published again, with the same id. */
async function announce(
  stored: Stored<Phone>,
  { ledger, clock, publisher }: SettleSurroundings,
): Promise<boolean> {
  const announcement = announcementOf(stored.value);
  if (!announcement || stored.value.announced_at_ms !== null) return false;
  await publisher.notify(announcement);
  await phoneRecord.replace(ledger, stored, { ...stored.value, announced_at_ms: clock.now() });
  return true;
}
