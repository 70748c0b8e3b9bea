import { checkpointDue } from "../../events/checkpoint-due.ts";
import type { UnreadableItem } from "../api/list.ts";
import type { Clock } from "../core/clock.ts";
import { inParallel } from "../core/parallel.ts";
import type { CheckpointRule, Project } from "../estate/estate.ts";
import { EntryRefused, itemsAtOnce, type Ledger } from "../ledger/ledger.ts";
import type { Queue } from "../queue/queue.ts";
import { plan, settle } from "../work/transitions.ts";
import { isOpen } from "../work/work.ts";
import { type Choice, choose, chooseUnreadable, type ListedVault } from "./choose.ts";
import { forecast } from "./forecast.ts";
import { slotTime } from "./name.ts";
import { type Night, type NightId, nightRecord, openNightsBefore } from "./night.ts";
import { protectionsOf, worstRecoveryPoint_ms } from "./protection.ts";
import { refusedSlot, type Slot, shareSlot, slotRecord, slotsOfNight } from "./slot.ts";

interface PlanDeps {
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly clock: Clock;
  /** Unlike any other deployment's (see AttemptOf). */
  readonly deployment: string;
  /** Every vault of the project, from a listing that was complete and did not move; told of those it cannot read. */
  readonly vaults: (unreadable: (item: UnreadableItem) => void) => AsyncIterable<ListedVault>;
}

/** What planning a night came to. */
interface Planned {
  readonly night: Night;
  /** False when the night had been planned before: the scheduler fired twice, or the planner was retried. */
  readonly fresh: boolean;
}

/**
 * Plans one night of one rule: chooses the vaults, writes one slot for each and sends one message for each, those
 * whose recovery points are oldest first. Safe to repeat at any point: what is written stays, what is missing is
 * added, and a message that was lost is sent again by settle-checkpoints.
 */
export async function planNight(
  { ledger, queue, clock, deployment, vaults }: PlanDeps,
  {
    project,
    rule,
    scheduled_at,
    late,
  }: { project: Project; rule: CheckpointRule; scheduled_at: string; late: boolean },
): Promise<Planned> {
  const id: NightId = { project: project.name, rule: rule.name, scheduled_at: slotTime(scheduled_at) };
  const before = await nightRecord.read(ledger, id);
  if (before && before.value.state !== "planning") return { night: before.value, fresh: false };

  const listed: ListedVault[] = [];
  const unreadable: UnreadableItem[] = [];
  for await (const vault of vaults((item) => unreadable.push(item))) listed.push(vault);
  const choices = [...choose(listed, rule), ...chooseUnreadable(unreadable, rule)];
  const now_ms = clock.now();
  const selected = choices.filter(({ take }) => take).length;
  // A night that is backfilled has its whole time from now: its own deadline may have passed.
  const deadline_at_ms = (late ? now_ms : Date.parse(id.scheduled_at)) + rule.deadline_minutes * 60_000;
  const night: Night = {
    ...id,
    deadline_at_ms,
    state: "planning",
    planned_at_ms: now_ms,
    closed_at_ms: null,
    late,
    selected,
    skipped: choices.length - selected,
    unselected: listed.length + unreadable.length - choices.length,
    advice: forecast({ vaults: selected, rate: project.rates.cbr }, { now_ms, deadline_at_ms }).advice,
  };
  const begun = await nightRecord.put(ledger, before, night);
  if (begun === "conflict") return { night, fresh: false };

  const prepared = await prepare(ledger, { project, deployment }, rule, night, choices);
  const refusals: EntryRefused[] = [];
  const written = await inParallel(prepared, itemsAtOnce, (slot) =>
    writeSlot(ledger, slot, now_ms).catch((error: unknown) => {
      if (!(error instanceof EntryRefused)) throw error;
      refusals.push(error);
      return undefined;
    }),
  );
  const slots = written.filter((slot) => slot !== undefined);
  await queue.send(
    slots
      .filter(({ work }) => isOpen(work))
      .map(({ project, vault_id, scheduled_at, work }) => ({
        body: checkpointDue.create({ project, vault_id, scheduled_at, attempt: work.attempt }),
      })),
  );

  // Nothing can be written of this vault, but all the others are on their way: the night stays unfinished, loudly.
  if (refusals[0]) throw refusals[0];
  const open: Night = { ...night, state: "open" };
  // Lost to a planner that ran beside us: it has done the same work.
  const done = await nightRecord.replace(ledger, begun, open);
  return { night: open, fresh: done !== "conflict" };
}

/** Writes a slot as it can be written; throws EntryRefused when its key alone is too long. */
async function writeSlot(ledger: Ledger, slot: Slot, now_ms: number): Promise<Slot> {
  try {
    if ((await slotRecord.create(ledger, slot)) !== "conflict") return slot;
    return await shareExisting(ledger, slot);
  } catch (error) {
    if (!(error instanceof EntryRefused)) throw error;
    const refused = refusedSlot(slot, error, now_ms);
    await slotRecord.create(ledger, refused);
    return refused;
  }
}

/** So often a slot is read again that others change at the same moment. */
const mostTries = 8;

/** The slot that is there: of an earlier try of this planner, or of another rule that is due at the same time. */
async function shareExisting(ledger: Ledger, wish: Slot): Promise<Slot> {
  for (let tries = 0; tries < mostTries; tries++) {
    const seen = await slotRecord.read(ledger, wish);
    if (!seen) return wish;
    const shared = shareSlot(seen.value, wish);
    if (shared === seen.value) return shared;
    if ((await slotRecord.replace(ledger, seen, shared)) !== "conflict") return shared;
  }
  throw new Error(
    `the slot ${wish.scheduled_at} of vault ${wish.vault_id} is being changed by others again and again; the night is planned again`,
  );
}

/** The slots of the night, most urgent first. */
async function prepare(
  ledger: Ledger,
  { project, deployment }: { readonly project: Project; readonly deployment: string },
  rule: CheckpointRule,
  night: Night,
  choices: readonly Choice[],
): Promise<Slot[]> {
  const [protections, unfinished] = await Promise.all([
    protectionsOf(ledger, project.name),
    stillOpen(ledger, night),
  ]);
  const urgency = new Map(
    choices.map(({ vault }) => [
      vault.id,
      worstRecoveryPoint_ms(
        protections.get(vault.id),
        vault.resources.map((resource) => resource.id),
      ),
    ]),
  );
  return [...choices]
    .sort((a, b) => (urgency.get(a.vault.id) ?? 0) - (urgency.get(b.vault.id) ?? 0))
    .map((choice) =>
      toSlot(choice, { deployment, rule, night, after: unfinished.get(choice.vault.id) ?? null }),
    );
}

/** Vaults whose slot of an earlier night is still open, with its scheduled time. */
async function stillOpen(ledger: Ledger, night: Night): Promise<Map<string, string>> {
  const open = new Map<string, string>();
  for (const earlier of await openNightsBefore(ledger, night)) {
    for await (const slot of slotsOfNight(ledger, earlier)) {
      if (isOpen(slot.value.work)) open.set(slot.value.vault_id, slot.value.scheduled_at);
    }
  }
  return open;
}

function toSlot(
  choice: Choice,
  {
    deployment,
    rule,
    night,
    after,
  }: { deployment: string; rule: CheckpointRule; night: Night; after: string | null },
): Slot {
  const work = plan(night.planned_at_ms, { look_first: night.late });
  return {
    project: night.project,
    deployment,
    rule: rule.name,
    vault_id: choice.vault.id,
    vault_name: choice.vault.name,
    scheduled_at: night.scheduled_at,
    deadline_at_ms: night.deadline_at_ms,
    after,
    incremental: rule.incremental,
    resources: choice.take ? [...choice.resources] : [],
    named: choice.take && choice.named,
    work: choice.take
      ? work
      : settle(work, { now_ms: night.planned_at_ms, outcome: "skipped", reason: choice.reason }),
    attempts: [],
    covered: {},
    failure: {},
  };
}
