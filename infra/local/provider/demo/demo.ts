import { startNativeExpiry } from "../world/expiry.ts";
import type { Settings } from "../world/settings.ts";
import { createWorld, type World } from "../world/world.ts";
import { addIdentities, type DemoIdentities, type IdentityOptions } from "./identities.ts";
import { addInstances, type DemoInstances } from "./instances.ts";
import { addDemoResource, addVaults, type DemoVaults } from "./vaults.ts";

export interface DemoOptions extends IdentityOptions {
  readonly seed: number;
  /** When the world begins, in epoch milliseconds of the clock that will drive it. */
  readonly now_ms: number;
  /** 40 unless said otherwise; each special case is there once, as far as there is room. */
  readonly vaults?: number | undefined;
  readonly settings?: Partial<Settings> | undefined;
}

export interface Demo {
  readonly world: World;
  readonly identities: DemoIdentities;
  readonly estate: DemoVaults;
  readonly instances: DemoInstances;
  /** Protectable resources in no vault. */
  readonly unprotected: readonly string[];
}

/** The demo estate's world: the same seed gives the same world, to the last id. */
export function createDemoWorld({ seed, now_ms, vaults = 40, settings = {}, ...options }: DemoOptions): Demo {
  const world = createWorld({ seed, now_ms, settings });
  const identities = addIdentities(world, options);
  const project_id = identities.project.id;
  const estate = addVaults(world, project_id, vaults);
  const unprotected = (["server", "server", "disk", "turbo"] as const).map(
    (object_type, index) =>
      addDemoResource(world, { project_id, object_type, name: `new-${object_type}-${index + 1}` }).id,
  );
  const instances = addInstances(world, project_id);
  startNativeExpiry(world);
  return { world, identities, estate, instances, unprotected };
}
