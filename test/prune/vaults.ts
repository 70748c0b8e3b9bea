import { addPastBackups } from "../../infra/local/provider/demo/past.ts";
import { addDemoResource } from "../../infra/local/provider/demo/vaults.ts";
import {
  type Backup,
  type ObjectType,
  resource_types,
  type Tag,
  type Vault,
} from "../../infra/local/provider/world/model.ts";
import { createVault } from "../../infra/local/provider/world/vaults.ts";
import { type Slot, slotRecord } from "../../shared/checkpoints/slot.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { plan, settle } from "../../shared/work/transitions.ts";
import { days, hours, now_ms, type PruningCloud } from "./cloud.ts";

const nightly: Tag = { key: "backup", value: "nightly" };

interface VaultOptions {
  readonly object_type?: ObjectType;
  readonly resources?: number;
  readonly tags?: readonly Tag[];
  readonly locked?: boolean;
}

/** A vault that the rule of the test selects, with servers in it unless said otherwise. */
export function addVault(
  { world, identities }: Pick<PruningCloud, "world" | "identities">,
  { object_type = "server", resources = 1, tags = [], locked = false }: VaultOptions = {},
): Vault {
  const project_id = identities.project.id;
  const held = Array.from({ length: resources }, (_, index) =>
    addDemoResource(world, { project_id, object_type, name: `${object_type}-${index}` }),
  );
  return createVault(world, {
    ...{ project_id, user_id: "", name: "vault", object_type, size_gb: 100_000, locked },
    resources: held.map(({ id }) => ({ id, type: resource_types[object_type] })),
    tags: [nightly, ...tags],
  });
}

export const resourcesOf = (vault: Vault): string[] => [...vault.resources.keys()];
export const firstResource = (vault: Vault): string => resourcesOf(vault)[0] ?? "";

interface PastOptions {
  readonly resource_id?: string;
  readonly native?: { readonly policy_id: string; readonly retention_days: number };
  readonly status?: Backup["status"];
  readonly image_ids?: readonly string[];
}

/** Backups of one resource, so many hours old each, by somebody's hand or a policy; `ours` makes them ours. */
export function addBackups(
  { world }: Pick<PruningCloud, "world">,
  vault: Vault,
  ages_hours: readonly number[],
  { resource_id = firstResource(vault), ...past }: PastOptions = {},
): Backup[] {
  return addPastBackups(
    world,
    ages_hours.map((age) => ({
      ...{ vault, resource_id, ...past },
      created: now_ms - hours(age),
      name: "vigil-20261120T010000Z-0123456789ab-1",
    })),
  );
}

/** A settled slot in the ledger whose attempts made these backups; with this they are ours. */
export async function ours(ledger: Ledger, vault: Vault, backups: readonly Backup[]): Promise<Backup[]> {
  const byDay = Map.groupBy(backups, ({ created }) => new Date(created).toISOString().slice(0, 10));
  for (const [day, some] of byDay) {
    await slotRecord.create(ledger, slotOf(vault, `${day}T01:00:00Z`, some));
  }
  return [...backups];
}

export function slotOf(vault: Vault, scheduled_at: string, backups: readonly Backup[]): Slot {
  const at_ms = Date.parse(scheduled_at);
  return {
    ...{
      project: "demo",
      deployment: "test",
      rule: "nightly",
      vault_id: vault.id,
      vault_name: vault.name,
      scheduled_at,
    },
    ...{ deadline_at_ms: at_ms + hours(4), after: null, incremental: true, named: false },
    resources: resourcesOf(vault),
    work: settle(plan(at_ms), { now_ms: at_ms, outcome: "done" }),
    attempts: backups.map(({ checkpoint_id, name, created, resource_id }, index) => ({
      ...{ attempt: index + 1, name, checkpoint_id, at_ms: Math.floor(created), resources: [resource_id] },
    })),
    covered: {},
    failure: {},
  };
}

/** A vault with one server and so many nightly backups of ours, the newest eight hours old; oldest last. */
export async function nightlyVault(
  cloud: PruningCloud,
  nights: number,
  options: VaultOptions = {},
): Promise<{ vault: Vault; backups: Backup[] }> {
  const vault = addVault(cloud, options);
  const ages = Array.from({ length: nights }, (_, night) => 8 + 24 * night);
  const made = resourcesOf(vault).flatMap((resource_id) => addBackups(cloud, vault, ages, { resource_id }));
  const backups = made.toSorted((a, b) => b.created - a.created);
  await ours(cloud.ledger, vault, backups);
  return { vault, backups };
}

/** Ids of the backups that the provider has and is not deleting. */
export function remaining({ world }: Pick<PruningCloud, "world">, vault: Vault): string[] {
  const collection = world.backupsOfVault.get(vault.id);
  return (collection?.all() ?? []).filter(({ status }) => !/delet/.test(status)).map(({ id }) => id);
}

export const ids = (backups: readonly Backup[]): string[] => backups.map(({ id }) => id);
export { days };
