import { checkpointDue } from "../../events/checkpoint-due.ts";
import { type Night, nightRecord, type OpenNight, openNights } from "../../shared/checkpoints/night.ts";
import { protectedBy, protectionRecord } from "../../shared/checkpoints/protection.ts";
import { type SeenTasks, tasksByCheckpoint } from "../../shared/checkpoints/seen-tasks.ts";
import { settleSlot } from "../../shared/checkpoints/settle-slot.ts";
import {
  endWithout,
  isAvailable,
  refusedSlot,
  type Slot,
  serves,
  slotRecord,
  slotsOfNight,
} from "../../shared/checkpoints/slot.ts";
import type { Clock } from "../../shared/core/clock.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import type { Project } from "../../shared/estate/estate.ts";
import type { ClientOf } from "../../shared/lambda/deps.ts";
import { EntryRefused, itemsAtOnce, type Ledger } from "../../shared/ledger/ledger.ts";
import type { Stored } from "../../shared/ledger/record.ts";
import type { Notifier } from "../../shared/publish/publisher.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import { type NightSummary, summarizeNight } from "../../shared/report/night.ts";
import { clear, raise, subjectLine } from "../../shared/work/alert.ts";
import { sendAgain } from "../../shared/work/send-again.ts";
import { settle } from "../../shared/work/transitions.ts";
import { isOpen } from "../../shared/work/work.ts";
import type { definition } from "./definition.ts";

export interface SettleDeps {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly publisher: Notifier;
  readonly clock: Clock;
  /** For nights that are backfilled. */
  readonly deployment: string;
  readonly provider: ClientOf<typeof definition>;
}

/** What one run did for one project. */
export interface ProjectSettlement {
  readonly settled: number;
  readonly sent: number;
  readonly open: number;
  readonly closed: number;
  /** Of those settled: without a complete checkpoint, and of these because a task hangs. */
  readonly failed: number;
  readonly stuck: number;
  /** Of those open: past their night's deadline. */
  readonly late: number;
  /** Open nights whose rule selected nothing. */
  readonly empty: number;
  /** Statuses of tasks that the provider does not document; what is in them is waited for. */
  readonly unknownStatuses: readonly string[];
}

/** After the deadline a slot of unknown state is still looked for, so long. */
const lastLook_ms = 60 * 60_000;

/** Brings every open slot of a project up to date from one paged query of its tasks, and sends again what is due. */
export async function settleProject(deps: SettleDeps, project: Project): Promise<ProjectSettlement> {
  const { ledger, clock, provider } = deps;
  const nights = await openNights(ledger, project.name);
  // Nights of rules that are due at the same time have their slots together.
  const times = [...new Set(nights.map(({ value }) => value.scheduled_at))];
  const slots: Stored<Slot>[][] = [];
  for (const scheduled_at of times)
    slots.push(await Array.fromAsync(slotsOfNight(ledger, { project: project.name, scheduled_at })));

  const running = runningAttempts(slots.flat());
  const tasks = running && (await tasksByCheckpoint(provider, { ...running, now_ms: clock.now() }));

  const unknownStatuses = [...(tasks?.unknownStatuses ?? [])];
  const total = { settled: 0, sent: 0, open: 0, closed: 0, failed: 0, stuck: 0, late: 0, empty: 0 };
  const after = new Map<string, readonly Slot[]>();
  for (const [index, ofNight] of slots.entries()) {
    const results = await settleSlots(deps, ofNight, tasks);
    total.settled += results.settled;
    total.failed += results.failed;
    total.stuck += results.stuck;
    total.sent += results.sent;
    after.set(times[index] ?? "", results.slots);
  }
  // People are told last: when they cannot be reached, the work has been done all the same.
  for (const night of nights) {
    const ofNight = after.get(night.value.scheduled_at) ?? [];
    const { rule, selected, deadline_at_ms } = night.value;
    const closed = await settleNight(deps, project, night, ofNight, clock.now());
    if (selected === 0) total.empty++;
    if (closed) {
      total.closed++;
      continue;
    }
    const open = ofNight.filter((slot) => serves(slot, rule) && isOpen(slot.work)).length;
    total.open += open;
    if (clock.now() >= deadline_at_ms) total.late += open;
  }
  return { ...total, unknownStatuses };
}

/** Since when, and for how many resources, tasks must be looked for; undefined when no attempt is running. */
function runningAttempts(slots: readonly Stored<Slot>[]): { since_ms: number; expected: number } | undefined {
  const accepted = slots.map(({ value }) => value).filter(({ work }) => work.state === "accepted");
  if (accepted.length === 0) return undefined;
  return {
    since_ms: Math.min(
      ...accepted.map(({ work, scheduled_at }) => work.intent?.at_ms ?? Date.parse(scheduled_at)),
    ),
    expected: accepted.reduce((sum, { attempts, covered }) => {
      const open = attempts.at(-1)?.resources.filter((id) => covered[id] === undefined) ?? [];
      return sum + open.length;
    }, 0),
  };
}

async function settleSlots(deps: SettleDeps, slots: readonly Stored<Slot>[], tasks: SeenTasks | undefined) {
  const { ledger, clock } = deps;
  const now_ms = clock.now();
  const units: Stored<Slot>[] = [];
  const ended: Slot[] = [];
  const after = await inParallel(slots, itemsAtOnce, async (seen) => {
    const before = seen.value;
    if (!isOpen(before.work)) return before;
    const ofAttempt = tasks?.byCheckpoint.get(before.attempts.at(-1)?.checkpoint_id ?? "") ?? [];
    // Without a list nothing is known, which is not the same as no task.
    let slot = tasks ? settleSlot(before, { tasks: ofAttempt, complete: tasks.complete }, now_ms) : before;
    slot = giveUp(slot, now_ms);
    if (slot === before) {
      units.push(seen);
      return before;
    }
    // Who loses this race has nothing to do: the next run sees what the winner wrote.
    const written = await slotRecord.replace(ledger, seen, slot).catch((error: unknown) => {
      if (!(error instanceof EntryRefused)) throw error;
      slot = refusedSlot(before, error, now_ms);
      return slotRecord.replace(ledger, seen, slot);
    });
    if (written === "conflict") return before;
    units.push(written);
    if (!isOpen(slot.work)) ended.push(slot);
    if (Object.keys(slot.covered).length > Object.keys(before.covered).length)
      await protect(ledger, slot, now_ms);
    return slot;
  });
  const sent = await sendAgain(deps, { record: slotRecord, units, message });
  const stuck = ended.filter(({ work }) => work.settled?.outcome === "stuck").length;
  const failed = ended.filter((slot) => !isAvailable(slot)).length;
  return { slots: after, settled: ended.length, failed, stuck, sent };
}

const message = ({ project, vault_id, scheduled_at, work }: Slot) =>
  checkpointDue.create({ project, vault_id, scheduled_at, attempt: work.attempt });

/** A slot that could not be posted, or whose fate could not be found out, ends after the deadline. */
function giveUp(slot: Slot, now_ms: number): Slot {
  const overdue_ms = now_ms - slot.deadline_at_ms;
  if (slot.work.state === "planned" && overdue_ms >= 0) {
    const reason = "the deadline passed before it could be posted";
    return { ...slot, work: settle(slot.work, { now_ms, outcome: endWithout(slot, "given-up"), reason }) };
  }
  if (slot.work.state === "intended" && overdue_ms >= lastLook_ms) {
    const reason = "it is not known whether the checkpoint was taken: no look-up could be completed";
    return { ...slot, work: settle(slot.work, { now_ms, outcome: endWithout(slot, "given-up"), reason }) };
  }
  return slot;
}

/** Keeps the vault's recovery points. */
async function protect(ledger: Ledger, slot: Slot, now_ms: number): Promise<void> {
  const at_ms = slot.attempts.at(-1)?.at_ms ?? Date.parse(slot.scheduled_at);
  const seen = await protectionRecord.read(ledger, slot);
  const value = protectedBy(seen?.value, slot, { at_ms, now_ms });
  // A lost race costs the order of the next night at most: the slots themselves are the truth.
  await protectionRecord.put(ledger, seen, value);
}

/** A planner that knew the rule may be at its work for so long after the rule was taken out. */
const plannerMatters_ms = 20 * 60_000;

/** Tells people what they must know of a night; closes it when every slot is settled. Returns whether it closed. */
async function settleNight(
  { ledger, publisher }: SettleDeps,
  { checkpoints }: Project,
  night: OpenNight,
  slots: readonly Slot[],
  now_ms: number,
): Promise<boolean> {
  const { project, rule, scheduled_at, deadline_at_ms } = night.value;
  const ours = slots.filter((slot) => serves(slot, rule));
  const summary = summarizeNight(ours);
  const subject = `${scheduled_at} ${rule}`;
  const told = { ledger, publisher, now_ms };
  if (night.value.selected === 0) {
    const text = `Rule ${rule} of project ${project} selects no vault that can be backed up: ${night.value.skipped} skipped, ${night.value.unselected} not selected. Check the rule's selection in the estate.`;
    await raise(told, { project, subject: rule, cause: "nothing-selected", text });
  }
  if (night.value.advice) {
    await raise(told, { project, subject: rule, cause: "night-will-be-late", text: night.value.advice });
  }
  if (summary.open > 0 && now_ms >= deadline_at_ms) {
    const text = `${summary.open} of ${summary.selected} vaults have no finished checkpoint at the deadline of rule ${rule}, night ${scheduled_at}.`;
    await raise(told, { project, subject, cause: "night-late", text });
  }
  if (summary.open > 0) return false;
  // Its planner has not come to its end; until the rule's next night it is begun again, as long as there is the rule.
  const isRuleGone =
    !checkpoints.some(({ name }) => name === rule) && now_ms >= night.value.planned_at_ms + plannerMatters_ms;
  if (night.value.state === "planning" && !night.superseded && !isRuleGone) return false;

  await clearAlerts(told, night.value);
  const { unplanned, unnamed } = leftBehind(night.value, summary);
  const unserved = ours.flatMap(({ vault_id, shared_with = [] }) =>
    shared_with
      .filter((other) => other.rule === rule && other.unserved !== null)
      .map(
        (other) =>
          `  vault ${vault_id}: its checkpoint was posted before this rule was planned: ${other.unserved}`,
      ),
  );
  const met = summary.goalsMet && unplanned === 0 && unserved.length === 0;
  const failed = summary.failed.map(({ kind, id, reason }) => `  ${kind} ${id}: ${reason}`);
  if (unplanned > 0)
    failed.push(`  ${unplanned} vaults were never planned: plan-checkpoints did not get so far`);
  const skipped = summary.skipped.map(({ id, name, reason }) => `  skipped vault ${name} (${id}): ${reason}`);
  if (unnamed > 0)
    skipped.push(
      `  ${unnamed} vaults that would have been skipped are not named: plan-checkpoints did not get so far`,
    );
  await publisher.notify({
    subject: subjectLine("Vigil", {
      project,
      cause: met ? "night settled" : "night with failures",
      subject,
    }),
    text: [
      `${summary.available} of ${summary.selected + unplanned} vaults have their checkpoint, ${summary.skipped.length} were skipped.`,
      ...failed,
      ...unserved,
      ...skipped,
      ...sharedLine(rule, ours),
    ].join("\n"),
    attributes: { kind: "night-summary", project, goals: met ? "met" : "unmet" },
  });
  // Told before it is written down: a function that dies in between tells it twice, which is better than never.
  const closed: Night = { ...night.value, state: "closed", closed_at_ms: now_ms };
  return (await nightRecord.replace(ledger, night, closed)) !== "conflict";
}

/** How many vaults a planner that never came to its end did not get to: to be backed up, and to be skipped. */
function leftBehind({ state, selected, skipped }: Night, summary: NightSummary) {
  if (state !== "planning") return { unplanned: 0, unnamed: 0 };
  return {
    unplanned: Math.max(0, selected - summary.selected),
    unnamed: Math.max(0, skipped - summary.skipped.length),
  };
}

/** Says which other rules' nights the checkpoints are for, too. */
function sharedLine(rule: string, slots: readonly Slot[]): string[] {
  const shared = slots.filter(({ shared_with = [] }) => shared_with.length > 0);
  if (shared.length === 0) return [];
  const rules = shared.flatMap((slot) => [slot.rule, ...(slot.shared_with ?? []).map((other) => other.rule)]);
  const others = [...new Set(rules)].filter((other) => other !== rule).sort();
  return [
    `  ${shared.length} vaults are also selected by ${others.join(", ")}, due at the same time: one checkpoint serves both. Give one of the rules another time.`,
  ];
}

/** A night that ends is late or missed no longer; one that had vaults, or time enough, says so of its rule. */
async function clearAlerts(
  told: { readonly ledger: Ledger; readonly publisher: Notifier; readonly now_ms: number },
  { project, rule, scheduled_at, selected, advice }: Night,
): Promise<void> {
  const ended = `The night ${scheduled_at} of rule ${rule} has ended; its summary says how.`;
  for (const cause of ["night-late", "night-missed"]) {
    await clear(told, { project, subject: `${scheduled_at} ${rule}`, cause, text: ended });
  }
  const ofRule = { project, subject: rule };
  if (selected > 0) {
    const text = `Rule ${rule} of project ${project} selects vaults again.`;
    await clear(told, { ...ofRule, cause: "nothing-selected", text });
  }
  if (!advice) {
    const text = `The night of rule ${rule} fits before its deadline again.`;
    await clear(told, { ...ofRule, cause: "night-will-be-late", text });
  }
}
