import { startCheckpoint } from "../world/checkpoints.ts";
import { type ObjectType, type Resource, resource_types, type Tag, type Vault } from "../world/model.ts";
import { createPolicy } from "../world/policies.ts";
import { addResource } from "../world/resources.ts";
import { day_ms, hour_ms, minute_ms } from "../world/time.ts";
import { createVault } from "../world/vaults.ts";
import type { World } from "../world/world.ts";
import { addPastBackups, type PastBackup } from "./past.ts";

/** What is special about a vault of the demo estate. */
export const vault_cases = [
  "ordinary",
  "flaky",
  "refused",
  "busy",
  "untagged",
  "frozen",
  "empty",
  "lock",
  "full",
  "deleting",
  "locked",
  "native",
  "manual",
  "weekly",
  "empty-too",
] as const;

type VaultCase = (typeof vault_cases)[number];

/** The tag of the vaults that the demo estate selects. */
export const nightly: Tag = { key: "backup", value: "nightly" };

/** The case of the n-th vault: each special one once, the rest ordinary. */
export function caseOf(index: number): VaultCase {
  return vault_cases[index] ?? "ordinary";
}

interface DemoVault {
  readonly case: VaultCase;
  readonly vault: Vault;
}

export interface DemoVaults {
  readonly vaults: readonly DemoVault[];
  readonly policies: readonly string[];
  /** The resource that fails once and the one that is always refused; undefined in a world too small for them. */
  readonly flaky_resource_id: string | undefined;
  readonly refused_resource_id: string | undefined;
}

const kinds: readonly ObjectType[] = ["server", "server", "disk", "server", "turbo", "disk"];
const names = { server: "ecs", disk: "evs", turbo: "sfs" } as const;
const teams = ["shop", "billing", "search", "mail", "erp", "crm", "wiki", "build", "data", "edge"] as const;

/** `count` vaults with about 15 resources each, tagged `backup=nightly` unless their case says otherwise. */
export function addVaults(world: World, project_id: string, count: number): DemoVaults {
  const vaults = Array.from({ length: count }, (_, index): DemoVault => {
    const special = caseOf(index);
    return { case: special, vault: addVault(world, { project_id, index, special }) };
  });
  const find = (special: VaultCase) => vaults.find((one) => one.case === special)?.vault;
  const policies = addPolicies(world, project_id, find("native"));
  addPastBackups(world, [
    ...pastOf(world, find("native"), "autobk", policies[0]),
    ...pastOf(world, find("manual"), "before-upgrade", undefined),
    ...fillUp(world, find("full")),
  ]);
  settle(world, vaults);
  const flaky = firstResource(find("flaky"));
  flaky?.fates.push({ outcome: "failed", code: "BackupService.7203" });
  const refused = firstResource(find("refused"));
  if (refused !== undefined) refused.refused_code = "7103";
  return { vaults, policies, flaky_resource_id: flaky?.id, refused_resource_id: refused?.id };
}

function addVault(
  world: World,
  { project_id, index, special }: { project_id: string; index: number; special: VaultCase },
): Vault {
  const object_type = special === "ordinary" ? (kinds[index % kinds.length] ?? "server") : "server";
  const team = teams[index % teams.length] ?? "shop";
  const empty = special === "empty" || special === "empty-too";
  const size = empty ? 0 : 12 + world.random.between(0, 12);
  const resources = Array.from({ length: size }, (_, number) =>
    addDemoResource(world, {
      project_id,
      object_type,
      name: `${names[object_type]}-${team}-${index}-${number + 1}`,
    }),
  );
  const allocated = resources.reduce((sum, { size_gb }) => sum + size_gb, 0);
  return createVault(world, {
    project_id,
    user_id: "",
    name: `vault-${team}-${String(index + 1).padStart(2, "0")}`,
    object_type,
    // Room for all data and many increments, except where the case is to have none.
    size_gb: special === "full" ? 200 : Math.max(100, allocated * 4),
    resources: resources.map(({ id }) => ({ id, type: resource_types[object_type] })),
    tags: tagsOf(special, team),
    locked: special === "locked",
  });
}

function tagsOf(special: VaultCase, team: string): Tag[] {
  const owner: Tag = { key: "team", value: team };
  if (special === "untagged") return [owner];
  if (special === "weekly") return [{ key: "backup", value: "weekly" }, owner];
  return [nightly, owner];
}

export function addDemoResource(
  world: World,
  { project_id, object_type, name }: { project_id: string; object_type: ObjectType; name: string },
): Resource {
  const sizes = [40, 100, 200, 500] as const;
  const data = Array.from({ length: world.random.between(0, 2) }, () => world.random.pick(sizes));
  if (object_type === "server")
    return addResource(world, { project_id, object_type, name, sizes_gb: [40, ...data] });
  const size_gb = object_type === "disk" ? world.random.pick(sizes) : 500;
  return addResource(world, { project_id, object_type, name, sizes_gb: [size_gb] });
}

function firstResource(vault: Vault | undefined): Resource | undefined {
  return vault?.resources.values().next().value?.resource;
}

function addPolicies(world: World, project_id: string, native: Vault | undefined): string[] {
  const daily = createPolicy(world, project_id, {
    name: "native-daily",
    enabled: true,
    operation_definition: { retention_duration_days: 14 },
    pattern: ["FREQ=DAILY;INTERVAL=1;BYHOUR=13;BYMINUTE=00"],
  });
  const weekly = createPolicy(world, project_id, {
    name: "native-weekly",
    enabled: true,
    operation_definition: { max_backups: 8, week_backups: 4, timezone: "UTC+01:00" },
    pattern: ["FREQ=WEEKLY;BYDAY=SU;BYHOUR=15;BYMINUTE=00"],
  });
  if (native !== undefined) native.policy_id = daily.id;
  return [daily.id, weekly.id];
}

/** Five days of backups, by a policy or by somebody's hand. */
function pastOf(
  world: World,
  vault: Vault | undefined,
  name: string,
  policy_id: string | undefined,
): PastBackup[] {
  if (vault === undefined) return [];
  return [5, 4, 3, 2, 1].flatMap((days) =>
    [...vault.resources.keys()].map((resource_id) => ({
      vault,
      resource_id,
      created: world.now - days * day_ms + hour_ms,
      name: `${name}_${days}`,
      native: policy_id === undefined ? undefined : { policy_id, retention_days: 14 },
    })),
  );
}

function fillUp(world: World, vault: Vault | undefined): PastBackup[] {
  const [resource_id] = vault?.resources.keys() ?? [];
  if (vault === undefined || resource_id === undefined) return [];
  const size_mb = vault.size_gb * 1024;
  return [{ vault, resource_id, created: world.now - 2 * day_ms, name: "grew-too-large", size_mb }];
}

/** Somebody else's backups run this long into the night. */
const busy_for_ms = 20 * minute_ms;

function settle(world: World, vaults: readonly DemoVault[]): void {
  for (const { case: special, vault } of vaults) {
    if (special === "frozen" || special === "lock" || special === "deleting") vault.status = special;
    if (special !== "busy") continue;
    const [, usual_ms] = world.settings.backup_ms;
    for (const { resource } of vault.resources.values()) {
      resource.fates.push({ outcome: "success", slowness: Math.max(1, busy_for_ms / usual_ms) });
    }
    startCheckpoint(world, { vault, name: "by-hand", incremental: true, auto_trigger: false });
  }
}
