import type { Backup } from "../../../../infra/local/provider/world/model.ts";
import { deletionsOf } from "../../../../shared/prune/deletion.ts";
import { vaultPrunesOf } from "../../../../shared/prune/vault-record.ts";
import type { Account } from "../../night/account.ts";
import type { InvariantChecker, Violation } from "../../night/kind.ts";
import { accountOf, type Stage } from "../../night/stage.ts";
import { isDisturbed } from "../checkpoints/expected.ts";
import { readName } from "../checkpoints/names.ts";
import { isKnownPast } from "../checkpoints/past.ts";
import { isGood } from "../checkpoints/safety.ts";
import { holdTag } from "./actions.ts";
import { control } from "./control.ts";
import { mustStay, type Rules } from "./oracle.ts";

const minute_ms = 60_000;
/**
 * What was seen of a vault is relied on for so long, the listing and the call that is on its way included; a function
 * keeps its estate for as long. What people change meanwhile may come too late.
 */
const relied_ms = 12 * minute_ms;
/** The vault must have been listed completely so shortly before any of its backups is deleted. */
const listed_ms = 8 * minute_ms;
/** A call that had begun when people forbade it may still be sent, and be on its way for as long as a gateway waits. */
const underWay_ms = 95_000;

/** Watches every deletion at the moment when the provider is asked for it. */
export function watchPruning(stage: Stage): InvariantChecker {
  const broken: Violation[] = [];
  const posted = watchPosts(stage);
  const listedAt = watchListings(stage);
  /** The vaults of the resources that have lost a backup, by resource. */
  const pruned = new Map<string, string>();
  stage.listeners.push({
    arriving({ method, url, origin }) {
      const id = /\/backups\/([^/?]+)$/.exec(url)?.[1];
      if (method !== "DELETE" || id === undefined) return;
      const account = accountOf(stage, new URL(origin).host.split(".")[1] ?? "");
      account.world.advance(account.cloud.clock.now());
      const backup = account.world.backups.get(id);
      const why =
        forbidden(stage, account, id) ??
        wrong(stage, account, id, posted) ??
        uncounted(stage, backup, listedAt);
      if (backup !== undefined) pruned.set(backup.resource_id, backup.vault_id);
      if (why === undefined) return;
      const about = [id, ...(backup ? [backup.resource_id, backup.vault_id] : [])];
      const what = `backup ${id} is deleted although ${why}`;
      broken.push({ rule: "delete", about, what, at_ms: stage.time.now() });
    },
  });
  return {
    daily: async () => [...broken.splice(0), ...leftWithout(stage, pruned), ...(await saidToBeGone(stage))],
    final: async () => [...broken.splice(0), ...(await stillAtIt(stage))],
  };
}

/** What people have forbidden long enough ago. */
function forbidden(stage: Stage, account: Account, id: string): string | undefined {
  const now_ms = stage.time.now();
  const { stoppedSince_ms = now_ms, holds } = control(stage);
  if (stoppedSince_ms < now_ms - underWay_ms) return "the stop flag is set";
  const backup = account.world.backups.get(id);
  if (backup === undefined) return undefined;
  const parts = backup.children.flatMap((part) => [part.id, part.resource_id]);
  const targets = [id, backup.resource_id, backup.vault_id, backup.checkpoint_id, ...parts];
  const held = targets.some((target) => (holds.get(target)?.from_ms ?? now_ms) < now_ms - underWay_ms);
  if (held) return "it is on hold";
  const tagged = account.world.vaults.get(backup.vault_id)?.tags.some(({ key }) => key === holdTag.key);
  return tagged && !isLately(stage, backup.vault_id) ? "its vault is on hold" : undefined;
}

/** What the state of the provider forbids, unless somebody has changed it a moment ago. */
function wrong(
  stage: Stage,
  account: Account,
  id: string,
  posted: (account: Account, backup: Backup) => boolean,
): string | undefined {
  const { world } = account;
  const backup = world.backups.get(id) ?? world.children.get(id);
  // Gone already: an earlier call worked, or somebody was faster.
  if (backup === undefined) return undefined;
  const isOurs = (one: Backup) => posted(account, one) || isKnownPast(stage, account, one.id);
  const disturbed = [id, backup.resource_id, backup.vault_id, account.name].some((about) =>
    isLately(stage, about),
  );
  // An earlier call for the same backup may have arrived before this one.
  if (disturbed || /delet/.test(backup.status)) return isOurs(backup) ? undefined : "it is not ours";
  return mustStay({
    now_ms: world.now,
    backup,
    vault: world.vaults.get(backup.vault_id),
    own: world.backups.newest((one) => one.resource_id === backup.resource_id && isOurs(one)),
    isOurs: isOurs(backup),
    isElsewhere: (world.holders.get(backup.resource_id)?.id ?? backup.vault_id) !== backup.vault_id,
    rules: rulesOf(stage, account),
  });
}

/** Whether people have changed it so lately that it need not be known yet. */
function isLately({ disturbances, time }: Stage, about: string): boolean {
  const since_ms = time.now() - relied_ms;
  return disturbances.some((one) => one.about === about && one.at_ms >= since_ms);
}

/** Remembers when each vault was listed last. */
function watchListings(stage: Stage): (vault_id: string) => number {
  const listed = new Map<string, number>();
  stage.listeners.push({
    arriving({ method, url }) {
      const id = /\/backups\?(?:.*&)?vault_id=([^&]+)/.exec(url)?.[1];
      if (method === "GET" && id !== undefined) listed.set(id, stage.time.now());
    },
  });
  return (vault_id) => listed.get(vault_id) ?? Number.NEGATIVE_INFINITY;
}

/** Whether the vault was counted again just before, and after the stop flag was taken off. */
function uncounted(
  stage: Stage,
  backup: Backup | undefined,
  listedAt: (vault_id: string) => number,
): string | undefined {
  if (backup === undefined) return undefined;
  const listed_at_ms = listedAt(backup.vault_id);
  const now_ms = stage.time.now();
  const { resumedAt_ms } = control(stage);
  if (isLately(stage, backup.vault_id)) return undefined;
  if (listed_at_ms < now_ms - listed_ms) return "its vault was not listed again just before";
  if (listed_at_ms < resumedAt_ms && now_ms > resumedAt_ms + underWay_ms)
    return "its vault was not listed again after the stop flag was taken off";
  return undefined;
}

function rulesOf({ estate }: Stage, account: Account): Rules {
  const project = estate.projects.find(({ name }) => name === account.name);
  const [rule] = project?.checkpoints ?? [];
  const prune = rule?.prune;
  if (!project?.prune || !rule || !prune) throw new Error(`project ${account.name} says nothing of pruning`);
  const { retention, minimum_good_backups: minimum } = prune;
  return {
    ...retention,
    reportsOnly: project.prune.mode === "report",
    minimum,
    objective_hours: rule.recovery_point_objective_hours,
    orphans_after_days: project.prune.orphans?.delete_after_days,
  };
}

/** Remembers the names that our own functions have posted: anybody else may use such a name too. */
function watchPosts(stage: Stage): (account: Account, backup: Backup) => boolean {
  const names = new Set<string>();
  stage.listeners.push({
    arriving({ method, url, body }) {
      if (method !== "POST" || !url.endsWith("/checkpoints")) return;
      const name = /"name":"(vigil-[^"]+)"/.exec(Buffer.from(body).toString())?.[1];
      if (name !== undefined) names.add(name);
    },
  });
  return (_account, { name }) => readName(name) !== undefined && names.has(name);
}

/** No vault is left in the middle of its run after a calm day. */
async function stillAtIt(stage: Stage): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name } of stage.accounts) {
    for await (const { value } of vaultPrunesOf(stage.ledger.table, name)) {
      const { vault_id, state, scheduled_at, note } = value;
      if (state === "closed" || state === "waiting" || note.startsWith("stopped")) continue;
      const what = `run ${scheduled_at} of vault ${vault_id} is still ${state} after a calm day: ${note}`;
      violations.push({ rule: "prune", about: [vault_id], what });
    }
  }
  return violations;
}

/** No resource whose backups we delete is left without a good one. */
function leftWithout(stage: Stage, pruned: ReadonlyMap<string, string>): Violation[] {
  const worlds = stage.accounts.map(({ world }) => world);
  return [...pruned].flatMap(([resource_id, vault_id]) => {
    // Whoever deletes a vault deletes its backups.
    if (isDisturbed(stage, vault_id, 0, stage.time.now())) return [];
    if (stage.deletedByHand.resources.has(resource_id)) return [];
    const good = worlds.flatMap(({ backups }) =>
      backups.newest((one) => one.resource_id === resource_id && isGood(one)),
    );
    const what = `resource ${resource_id} has lost its last good backup`;
    return good.length > 0 ? [] : [{ rule: "delete", about: [resource_id, vault_id], what }];
  });
}

/** What is said to be gone is gone, or is just going. */
async function saidToBeGone({ accounts, ledger }: Stage): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name, world, cloud } of accounts) {
    world.advance(cloud.clock.now());
    for await (const { value: run } of vaultPrunesOf(ledger.table, name)) {
      for await (const { value } of deletionsOf(ledger.table, run)) {
        const backup = world.backups.get(value.backup_id);
        if (value.state !== "gone" || backup === undefined) continue;
        const what = `backup ${backup.id} is said to be gone, and is ${backup.status}`;
        violations.push({ rule: "report", about: [backup.id, backup.vault_id], what });
      }
    }
  }
  return violations;
}
