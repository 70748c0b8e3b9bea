import { addPastBackups } from "../../../../infra/local/provider/demo/past.ts";
import type { Backup, Vault } from "../../../../infra/local/provider/world/model.ts";
import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import { attemptName } from "../../../../shared/checkpoints/name.ts";
import { type Slot, slotRecord } from "../../../../shared/checkpoints/slot.ts";
import { accept, claim, plan, settle } from "../../../../shared/work/transitions.ts";
import type { Account } from "../../night/account.ts";
import type { Stage } from "../../night/stage.ts";

export interface PastNight {
  readonly vault: Vault;
  readonly scheduled_at: string;
  readonly backups: readonly Backup[];
  /** The ledger has forgotten it, or never knew: a name alone is no ownership. */
  readonly unknown: boolean;
}

const pasts = new WeakMap<Account, PastNight[]>();
/** The deployment of the nights before. */
const deployment = "before";

const day_ms = 86_400_000;

/** Backups of the nights before the simulation begins: most are ours, some only look like it. */
export function addPast(account: Account, vaults: readonly Vault[], random: SeededRandom): void {
  const { world, name: project } = account;
  const nights = random.between(0, 4);
  const start_ms = Math.floor(world.now / day_ms) * day_ms;
  const past: PastNight[] = [];
  for (let ago = nights; ago > 0; ago--) {
    const created = start_ms - ago * day_ms + 2 * 3_600_000 + random.between(0, 59) * 60_000;
    const scheduled_at = new Date(created).toISOString().replace(".000Z", "Z");
    for (const vault of vaults) {
      const name = attemptName({ deployment, project, vault_id: vault.id, scheduled_at }, 1);
      const wanted = [...vault.resources.keys()].map((resource_id) => {
        const status = random.fraction() < 0.08 ? ("error" as const) : undefined;
        return { vault, resource_id, created, name, status };
      });
      const backups = addPastBackups(world, wanted);
      for (const backup of backups) if (random.fraction() < 0.05) backup.image_ids = ["an-image"];
      past.push({ vault, scheduled_at, backups, unknown: random.fraction() < 0.1 });
    }
  }
  pasts.set(account, past);
}

/** Whether a backup is from before the simulation, and the deployment's ledger knows that it is ours. */
export function isKnownPast(stage: Stage, account: Account, backup_id: string): boolean {
  if (!remembering.has(stage)) return false;
  return (pasts.get(account) ?? []).some(
    ({ backups, unknown }) => !unknown && backups.some(({ id }) => id === backup_id),
  );
}

/** Deployments that were there in those nights. */
const remembering = new WeakSet<Stage>();

/** Writes the slots of those nights. */
export async function rememberPast(stage: Stage): Promise<void> {
  const { accounts, ledger } = stage;
  remembering.add(stage);
  for (const account of accounts) {
    for (const { vault, scheduled_at, backups, unknown } of pasts.get(account) ?? []) {
      if (unknown || backups.length === 0) continue;
      await slotRecord.create(ledger.table, toSlot(account.name, vault, scheduled_at, backups));
    }
  }
}

/** Adds one more such night, with its slot. */
export async function rememberNight({ ledger }: Stage, account: Account, night: PastNight): Promise<void> {
  pasts.set(account, [...(pasts.get(account) ?? []), night]);
  await slotRecord.create(ledger.table, toSlot(account.name, night.vault, night.scheduled_at, night.backups));
}

function toSlot(project: string, vault: Vault, scheduled_at: string, backups: readonly Backup[]): Slot {
  const at_ms = Date.parse(scheduled_at);
  const good = backups.filter(({ status }) => status === "available");
  const claimed = claim(plan(at_ms), { by: "before", now_ms: at_ms, lease_ms: 1 });
  const accepted = accept(claimed, { id: "before", now_ms: at_ms, adopted: false });
  return {
    project,
    deployment,
    rule: "nightly",
    vault_id: vault.id,
    vault_name: vault.name,
    scheduled_at,
    deadline_at_ms: at_ms + 3_600_000,
    after: null,
    incremental: true,
    resources: backups.map(({ resource_id }) => resource_id),
    named: false,
    work: settle(accepted, { now_ms: at_ms + 600_000, outcome: "done" }),
    // What the world keeps of the past has a checkpoint for each backup.
    attempts: backups.map(({ name, checkpoint_id, resource_id }, index) => ({
      attempt: index + 1,
      name,
      checkpoint_id,
      at_ms,
      resources: [resource_id],
    })),
    covered: Object.fromEntries(good.map(({ resource_id, id }) => [resource_id, id])),
    failure: {},
  };
}
