import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { approve } from "../../infra/commands/operate/approve.ts";
import { targetOperations } from "../../infra/commands/operate/hold-target.ts";
import { hold, releaseHold, type TargetLookUp } from "../../infra/commands/operate/holds.ts";
import { lift, pauseLines } from "../../infra/commands/operate/pauses.ts";
import { rerun } from "../../infra/commands/operate/rerun.ts";
import { resume, stop } from "../../infra/commands/operate/stop.ts";
import { type LookUp, operations, why } from "../../infra/commands/operate/why.ts";
import type { Backup } from "../../infra/local/provider/world/model.ts";
import { listBackupHosts } from "../../shared/api/operations/hss.ts";
import { nightRecord } from "../../shared/checkpoints/night.ts";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import { holdsInForce } from "../../shared/control/hold.ts";
import { systemRandom } from "../../shared/core/random.ts";
import { countedByAddress } from "../../shared/estate/services.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { ledgerBudget } from "../../shared/rate/budget.ts";
import { accept, claim, plan, settle } from "../../shared/work/transitions.ts";
import type { Work } from "../../shared/work/work.ts";
import { hours, now_ms, type PruningCloud, pruningCloud } from "../prune/cloud.ts";
import { addBackups, addVault, nightlyVault, remaining, slotOf } from "../prune/vaults.ts";
import { placeOf } from "../support/place.ts";

let cloud: PruningCloud;
beforeEach(async () => {
  cloud = await pruningCloud({ rule: { largest_share: 0.25 } });
});
afterEach(() => cloud.close());

let sent: Message[] = [];
const place = () => placeOf(cloud, (given) => void sent.push(...given));

const lookUp: LookUp = async () => cloud.connect(operations, "observe");
const targets: TargetLookUp = async () => cloud.connect(targetOperations, "observe");
const nobodyAsked = async () => {
  throw new Error("no credential");
};

const stateOf = async (vault_id: string) =>
  (await vaultPruneRecord.read(cloud.ledger, { project: "demo", vault_id }))?.value;

describe("approve", () => {
  test("refuses a plan that was made before a resume or under other rules; another takes its place", async () => {
    const { vault } = await nightlyVault(cloud, 8);
    for (const change of [
      () => cloud.deploy({ rule: { retention: { max_backups: 4 } } }),
      async () => {
        await stop(place(), "a doubt");
        await resume(place());
        cloud.messages.splice(0);
      },
    ]) {
      await cloud.plan();
      await cloud.drain();
      const hash = (await stateOf(vault.id))?.plan?.hash ?? "";
      await change();
      await expect(approve(place(), hash)).rejects.toThrow(/made under other rules, or before a resume/);
      await cloud.drain();
      const after = await stateOf(vault.id);
      expect(after).toMatchObject({ state: "waiting" });
      expect(after?.plan?.hash).not.toBe(hash);
    }
    expect(remaining(cloud, vault)).toHaveLength(8);
  });

  test("lets the plan of that hash be carried out, at once, and refuses any other hash", async () => {
    const { vault } = await nightlyVault(cloud, 6);
    await cloud.plan();
    await cloud.drain();
    const hash = (await stateOf(vault.id))?.plan?.hash ?? "";
    await expect(approve(place(), hash.slice(0, 12))).rejects.toThrow(/no plan has the hash/);
    expect((await approve(place(), hash)).join()).toMatch(/deletes 3 of 6 backups/);
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(3);
    await expect(approve(place(), hash)).rejects.toThrow(/does not wait for an approval; it is closed/);
  });
});

describe("lift-pause", () => {
  test("ends a pause that the provider asked for, which doctor's lines show by project and service", async () => {
    const project = cloud.estate.projects[0];
    if (!project) throw new Error("the estate has a project");
    const { ledger, clock } = place();
    const addresses = countedByAddress(project);
    const { name, rates } = project;
    const budget = ledgerBudget({ ledger, clock, random: systemRandom, project: name, rates, addresses });
    expect(await pauseLines(place(), project)).toEqual([]);
    await budget.slowDown(120_000, listBackupHosts);
    const [line, ...others] = await pauseLines(place(), project);
    expect(others).toEqual([]);
    expect(line).toMatch(/^no call goes to hss until .* operate lift-pause demo hss$/);
    expect((await lift(place(), "demo", "hss")).join()).toMatch(/go on; they would have waited until/);
    expect(await pauseLines(place(), project)).toEqual([]);
    expect(await lift(place(), "demo", "hss")).toEqual(["Calls of project demo to hss are not paused."]);
    await expect(lift(place(), "demo", "ecs")).rejects.toThrow(/it is one of cbr, iam/);
  });
});

describe("stop and resume", () => {
  test("hold up what is being carried out and let it go on", async () => {
    const { vault } = await nightlyVault(cloud, 4);
    await stop(place(), "incident 7");
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(4);
    expect((await stop(place(), "still")).join()).toMatch(/stopped already \(incident 7\)/);
    expect((await resume(place())).join()).toMatch(/goes on in 1 vaults, with new plans/);
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(3);
    expect((await resume(place())).join()).toMatch(/was not stopped/);
  });
});

describe("hold and release-hold", () => {
  test("keep a backup until the hold is released, which names those there are when it is asked for another", async () => {
    const { vault, backups } = await nightlyVault(cloud, 4);
    const target = backups[3]?.id ?? "";
    await hold(place(), { id: "hold-1", target, reason: "audit", lookUp: targets });
    expect((await hold(place(), { id: "hold-2", target, reason: "again", lookUp: targets })).join()).toMatch(
      /hold-1 \(audit\)/,
    );
    await cloud.plan();
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(4);
    await expect(releaseHold(place(), "hold-9")).rejects.toThrow(/hold-1 on .* \(audit\)/);
    await releaseHold(place(), target);
    cloud.later(hours(1));
    await cloud.plan("2026-11-21T10:00:00Z");
    await cloud.drain();
    expect(remaining(cloud, vault)).toHaveLength(3);
  });
});

describe("hold", () => {
  const holdOf = (target: string, lookUp = targets) =>
    hold(place(), { id: "h", target, reason: "audit", lookUp });
  const pruneTheRest = async () => {
    await cloud.plan();
    await cloud.drain();
  };

  test.each([
    ["a part of a backup", ({ children }: Backup) => children[0]?.id, /is a part of .*held as a whole/],
    ["a disk of a server", ({ children }: Backup) => children[0]?.resource_id, /a disk of server .*whole/],
    ["a checkpoint", ({ checkpoint_id }: Backup) => checkpoint_id, /the checkpoint of backup/],
    ["a resource", ({ resource_id }: Backup) => resource_id, /a resource of vault/],
    ["a vault", ({ vault_id }: Backup) => vault_id, /vault vault: /],
  ] as const)("%s: says what it is, and what contains it stays", async (_, targetOf, words) => {
    const { vault, backups } = await nightlyVault(cloud, 4);
    const [oldest] = backups.slice(3);
    const target = (oldest && targetOf(oldest)) ?? "";
    expect((await holdOf(target)).join()).toMatch(words);
    await pruneTheRest();
    expect(remaining(cloud, vault)).toContain(oldest?.id);
  });

  test("a resource that has no backup yet", async () => {
    const vault = addVault(cloud);
    expect((await holdOf([...vault.resources.keys()][0] ?? "")).join()).toMatch(/a resource of vault vault/);
  });

  test("refuses what nothing bears, and holds nothing", async () => {
    await expect(holdOf("no-such-thing")).rejects.toThrow(/nothing is held: .* no-such-thing in demo/);
    expect(await holdsInForce(cloud.ledger)).toEqual([]);
  });

  test("does not say what it holds when the provider cannot be asked, and holds a part all the same", async () => {
    const { vault, backups } = await nightlyVault(cloud, 4);
    const told = (await holdOf(backups[3]?.children[0]?.id ?? "", nobodyAsked)).join();
    expect(told).toMatch(/not known what that is: project demo could not be asked \(no credential\)/);
    await pruneTheRest();
    expect(remaining(cloud, vault)).toHaveLength(4);
  });
});

describe("why", () => {
  test("tells what made a backup, what the plan said and what became of it", async () => {
    const { vault, backups } = await nightlyVault(cloud, 4);
    const stranger = addBackups(cloud, vault, [200])[0]?.id ?? "";
    await cloud.plan();
    await cloud.drain();
    const deleted = (await why(place(), { backup_id: backups[3]?.id ?? "", lookUp })).join("\n");
    expect(deleted).toMatch(/made by rule nightly in the night 2026-11-18T01:00:00Z, attempt 1/);
    expect(deleted).toMatch(/plan of 2026-11-21T09:00:00Z .*: delete: /);
    expect(deleted).toMatch(/deletion by the plan of 2026-11-21T09:00:00Z .*: requested/);
    const kept = (await why(place(), { backup_id: backups[0]?.id ?? "", lookUp })).join("\n");
    expect(kept).toMatch(/the provider has it: .*available/);
    expect(kept).toMatch(/keep: .*newest 3/);
    const foreign = (await why(place(), { backup_id: stranger, lookUp })).join("\n");
    expect(foreign).toMatch(/no record says that this product made it/);
    expect(foreign).toMatch(/refused, not-ours/);
  });

  test("still tells what the ledger knows when the provider cannot be asked, and fails when nobody knows", async () => {
    const { backups } = await nightlyVault(cloud, 4);
    await cloud.plan();
    await cloud.drain();
    const none: LookUp = async () => {
      throw new Error("no credential");
    };
    const told = (await why(place(), { backup_id: backups[3]?.id ?? "", lookUp: none })).join("\n");
    expect(told).toMatch(/could not be asked \(no credential\)/);
    expect(told).toMatch(/deletion by the plan/);
    await expect(why(place(), { backup_id: "nobody-knows", lookUp })).rejects.toThrow(/has it no more/);
  });
});

describe("rerun", () => {
  const due_ms = now_ms - hours(8);
  const scheduled_at = "2026-11-21T01:00:00Z";
  const intended = claim(plan(due_ms), { by: "x", now_ms: due_ms, lease_ms: 210_000 });
  const end = (work: Work, outcome: NonNullable<Work["settled"]>["outcome"]) =>
    settle(work, { now_ms: due_ms, outcome, reason: "because" });
  const accepted = accept(intended, { id: "c1", now_ms: due_ms, adopted: false });

  async function slotWith(work: Work) {
    const { vault } = await nightlyVault(cloud, 0);
    const slot = slotOf(vault, scheduled_at, []);
    const failure = { r1: { code: "7103", reason: "no", attempt: 1, final: true } };
    await slotRecord.create(cloud.ledger, { ...slot, work, failure });
    await nightRecord.create(cloud.ledger, {
      ...{ project: "demo", rule: "nightly", scheduled_at, deadline_at_ms: due_ms, state: "closed" },
      ...{ planned_at_ms: due_ms, closed_at_ms: due_ms, late: false, advice: "" },
      ...{ selected: 1, skipped: 0, unselected: 0 },
    });
    sent = [];
    return { vault, slot };
  }

  test("gives an ended attempt a next one, with time until a new deadline, and opens its night again", async () => {
    const { vault, slot } = await slotWith(end(accepted, "failed"));
    expect((await rerun(place(), vault.id)).join()).toMatch(/Attempt 2 .* is due now/);
    const after = (await slotRecord.read(cloud.ledger, slot))?.value;
    expect(after).toMatchObject({ failure: {}, deadline_at_ms: now_ms + hours(4) });
    expect(after?.work).toMatchObject({ state: "planned", attempt: 2, settled: null, look_first: false });
    expect((await nightRecord.read(cloud.ledger, slot))?.value.state).toBe("open");
    expect(sent.map(({ body }) => JSON.parse(body).data)).toEqual([
      { project: "demo", vault_id: vault.id, scheduled_at, attempt: 2 },
    ]);
  });

  test("looks before it posts an attempt again whose fate is not known", async () => {
    const { vault, slot } = await slotWith(end(intended, "given-up"));
    await rerun(place(), vault.id);
    const after = (await slotRecord.read(cloud.ledger, slot))?.value;
    expect(after?.work).toMatchObject({ state: "planned", attempt: 1, look_first: true, settled: null });
  });

  test.each([
    ["done", /has its checkpoint/],
    ["skipped", /was skipped \(because\)/],
    ["stuck", /still running at the provider/],
  ] as const)("refuses a slot that is %s", async (outcome, words) => {
    const { vault } = await slotWith(end(accepted, outcome));
    await expect(rerun(place(), vault.id)).rejects.toThrow(words);
    expect(sent).toEqual([]);
  });

  test("sends the message of an open slot again and changes nothing else", async () => {
    const { vault, slot } = await slotWith(plan(due_ms));
    await rerun(place(), vault.id);
    const after = (await slotRecord.read(cloud.ledger, slot))?.value;
    expect(after?.work).toEqual({ ...plan(due_ms), sent_at_ms: now_ms });
    expect(sent).toHaveLength(1);
  });

  test("refuses a vault without a slot", async () => {
    await expect(rerun(place(), "nowhere")).rejects.toThrow(/knows no slot of a vault nowhere in demo/);
  });
});
