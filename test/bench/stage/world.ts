import { addIdentities, type DemoIdentities } from "../../../infra/local/provider/demo/identities.ts";
import { addPastBackups, type PastBackup } from "../../../infra/local/provider/demo/past.ts";
import { addDemoResource, nightly } from "../../../infra/local/provider/demo/vaults.ts";
import { resource_types, type Vault } from "../../../infra/local/provider/world/model.ts";
import { createVault } from "../../../infra/local/provider/world/vaults.ts";
import { createWorld, type World } from "../../../infra/local/provider/world/world.ts";
import { roleActions } from "../../../infra/tools/docs/provider-policies.ts";

/** When the benchmark's nights are due: worlds of the same seed and time are the same, to the last id. */
export const NIGHT_AT = "2026-11-21T01:00:00Z";
export const NIGHT_MS = Date.parse(NIGHT_AT);

const HOUR_MS = 3_600_000;

export interface Size {
  readonly vaults: number;
  /** In each vault. */
  readonly resources: number;
  /** Backups of each resource of the first vault, and of each of the others; a day lies between two. */
  readonly past?: { readonly first: number; readonly others: number };
}

export interface BenchWorld {
  readonly world: World;
  readonly identities: DemoIdentities;
  readonly vaults: readonly Vault[];
}

/** A world of ordinary vaults of servers, all of them selected; tasks are over as soon as anybody looks. */
export function benchWorld({ vaults: count, resources, past = { first: 0, others: 0 } }: Size): BenchWorld {
  const world = createWorld({
    seed: 20261121,
    now_ms: NIGHT_MS,
    settings: { wait_ms: [0, 0], backup_ms: [1, 1], delete_ms: [1, 1] },
  });
  const identities = addIdentities(world, { actions: roleActions() });
  const project_id = identities.project.id;
  const vaults = Array.from({ length: count }, (_, index) => {
    const held = Array.from({ length: resources }, (_, number) =>
      addDemoResource(world, { project_id, object_type: "server", name: `ecs-${index}-${number}` }),
    );
    return createVault(world, {
      ...{ project_id, user_id: "", name: `vault-${index}`, object_type: "server", size_gb: 10_000_000 },
      resources: held.map(({ id }) => ({ id, type: resource_types.server })),
      tags: [nightly],
    });
  });
  addPastBackups(
    world,
    vaults.flatMap((vault, index) => pastOf(vault, index === 0 ? past.first : past.others)),
  );
  return { world, identities, vaults };
}

function pastOf(vault: Vault, nights: number): PastBackup[] {
  return [...vault.resources.keys()].flatMap((resource_id) =>
    Array.from({ length: nights }, (_, night) => ({
      ...{ vault, resource_id, name: `night-${night}`, size_mb: 1 },
      created: NIGHT_MS - (night + 1) * 24 * HOUR_MS,
    })),
  );
}
