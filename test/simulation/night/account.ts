import { addIdentities, type DemoIdentities } from "../../../infra/local/provider/demo/identities.ts";
import { type Cloud, createCloud } from "../../../infra/local/provider/service.ts";
import { startNativeExpiry } from "../../../infra/local/provider/world/expiry.ts";
import type { Settings } from "../../../infra/local/provider/world/settings.ts";
import { createWorld, type World } from "../../../infra/local/provider/world/world.ts";
import { roleActions } from "../../../infra/tools/docs/provider-policies.ts";
import type { VirtualTime } from "../models/time.ts";

/** One project of the estate and the cloud that it is in: its own account, its own credentials. */
export interface Account {
  /** The project's name in the estate. */
  readonly name: string;
  readonly project_id: string;
  readonly domain_id: string;
  readonly identities: DemoIdentities;
  readonly world: World;
  readonly cloud: Cloud;
  /** Every service is reached at its own origin. */
  readonly origin: (service: string) => string;
}

/** Every role may do what its functions need, and nothing else. */
const actions = roleActions();

/** The provider's clock is right to within so much. */
const skew_ms = 2_000;

export function openAccount(
  time: VirtualTime,
  name: string,
  seed: number,
  settings: Partial<Settings> = {},
): Account {
  const wrong_ms = (seed % (2 * skew_ms + 1)) - skew_ms;
  const now = () => Math.floor(time.now()) + wrong_ms;
  const world = createWorld({
    seed,
    now_ms: now(),
    // Hung tasks are ended by the provider after some hours; a night must see that.
    settings: { task_timeout_ms: 3 * 3_600_000, ...settings },
  });
  const identities = addIdentities(world, { actions });
  startNativeExpiry(world);
  const clock = {
    now,
    wall: now,
    after: (delay_ms: number, callback: () => void) => time.after(delay_ms, callback),
  };
  return {
    name,
    project_id: identities.project.id,
    domain_id: identities.project.domain_id,
    identities,
    world,
    cloud: createCloud({ world, clock, seed }),
    origin: (service) => `https://${service}.${name}.test`,
  };
}
