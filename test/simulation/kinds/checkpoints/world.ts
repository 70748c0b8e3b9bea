import { startCheckpoint } from "../../../../infra/local/provider/world/checkpoints.ts";
import {
  type ObjectType,
  type Resource,
  resource_types,
  type Vault,
} from "../../../../infra/local/provider/world/model.ts";
import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import { addResource } from "../../../../infra/local/provider/world/resources.ts";
import { createVault } from "../../../../infra/local/provider/world/vaults.ts";
import type { CheckpointRule } from "../../../../shared/estate/estate.ts";
import type { Account } from "../../night/account.ts";
import type { ProjectInput } from "../../night/kind.ts";
import { addPast } from "./past.ts";

/** Vaults that the nightly rule selects bear this tag. */
export const nightly = { key: "backup", value: "nightly" } as const;
/** Those that a second rule selects too, at another hour. */
export const twice = { key: "also", value: "late" } as const;

/** A few vaults: most ordinary, some that cannot be backed up, some that are somebody else's concern. */
export function addVaults(account: Account, random: SeededRandom): void {
  const count = random.between(2, 6);
  const vaults = addSome(count, (number) => addSomeVault(account, random, `vault-${number + 1}`));
  addPast(account, vaults, random);
  for (const vault of vaults) {
    const busy = random.fraction() < 0.07 && vault.status === "available";
    const possible = [...vault.resources.values()].some(
      ({ resource }) => resource.refused_code === undefined,
    );
    if (!busy || !possible) continue;
    startCheckpoint(account.world, { vault, name: "by-hand", incremental: true, auto_trigger: false });
  }
}

export function addSomeVault({ world, project_id }: Account, random: SeededRandom, name: string): Vault {
  const object_type = random.pick<ObjectType>(["disk", "disk", "turbo", "server"]);
  const kind = random.fraction();
  const empty = kind < 0.05;
  const count = empty ? 0 : random.between(1, 4);
  const resources = addSome(count, () => newResource(world, project_id, object_type, random));
  const tags = kind > 0.92 ? [] : random.fraction() < 0.3 ? [nightly, twice] : [nightly];
  const vault = createVault(world, {
    project_id,
    user_id: "",
    name,
    object_type,
    size_gb: 100_000,
    resources: resources.map(({ id }) => ({ id, type: resource_types[object_type] })),
    tags,
    locked: kind > 0.8 && kind < 0.84,
  });
  const [first] = resources;
  if (kind > 0.05 && kind < 0.09) vault.status = random.pick(["frozen", "lock"]);
  // The provider refuses every backup of one resource.
  if (kind > 0.09 && kind < 0.13 && first !== undefined) first.refused_code = "7103";
  return vault;
}

const addSome = <Item>(count: number, add: (number: number) => Item): Item[] =>
  Array.from({ length: count }, (_, number) => add(number));

export function newResource(
  world: Account["world"],
  project_id: string,
  object_type: ObjectType,
  random: SeededRandom,
): Resource {
  const sizes_gb: [number, ...number[]] = object_type === "server" ? [40, 100] : [500];
  return addResource(world, { project_id, object_type, name: `${object_type}-${random.hex(6)}`, sizes_gb });
}

/** The rules that select them: one for every night, sometimes another that selects some of them again. */
export function drawRules(random: SeededRandom): ProjectInput["checkpoints"] {
  const hour = random.between(0, 4);
  const rule = {
    name: "nightly",
    select: { tags: { all: ["backup=nightly"] } },
    schedule: { cron: `${random.between(0, 59)} ${hour} * * *` },
    deadline_minutes: random.pick([60, 240, 360]),
    recovery_point_objective_hours: 30,
  };
  if (random.fraction() < 0.6) return [rule];
  const late = {
    ...rule,
    ...onlyLate,
    schedule: { cron: `${random.between(0, 59)} ${hour + 1} * * *` },
    deadline_minutes: random.pick([30, 90]),
  };
  return [rule, late];
}

const onlyLate = { name: "late", select: { tags: { all: [`${twice.key}=${twice.value}`] } } };

/** Another rule like the one that there is, for the vaults that are selected twice. */
export const lateRule = (rule: CheckpointRule, random: SeededRandom): CheckpointRule => ({
  ...rule,
  ...onlyLate,
  schedule: { cron: `${random.between(0, 59)} ${random.between(0, 23)} * * *` },
});
