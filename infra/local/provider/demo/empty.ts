import { addAuditInstance } from "../world/audit.ts";
import { startNativeExpiry } from "../world/expiry.ts";
import { addPhone } from "../world/phones.ts";
import type { PhoneState } from "../world/services.ts";
import { briskSettings, type Settings } from "../world/settings.ts";
import { createWorld, type World } from "../world/world.ts";
import { addIdentities, type DemoIdentities, type IdentityOptions } from "./identities.ts";
import { addHost, addHostPolicy } from "./instances.ts";
import { addDemoResource } from "./vaults.ts";

/** An account with resources to protect and nothing protected yet, for a client's own tests. */
export interface EmptyWorld {
  readonly world: World;
  readonly identities: DemoIdentities;
  readonly servers: readonly string[];
  readonly volumes: readonly string[];
  readonly file_systems: readonly string[];
  readonly audit_instance: string;
  readonly host: string;
  readonly backup_host: string;
  /** Those whose data is loaded come first. */
  readonly phones: readonly string[];
}

const phone_states_shown: readonly PhoneState[] = [2, 7, 2, 7, 0, 1, 3, 4, 5, 6];

export interface EmptyWorldOptions extends IdentityOptions {
  readonly seed: number;
  readonly now_ms: number;
  readonly settings?: Partial<Settings> | undefined;
}

export function createEmptyWorld({ seed, now_ms, settings, ...options }: EmptyWorldOptions): EmptyWorld {
  const world = createWorld({ seed, now_ms, settings: settings ?? briskSettings });
  const identities = addIdentities(world, options);
  const project_id = identities.project.id;
  const resources = (object_type: "server" | "disk" | "turbo", count: number) =>
    Array.from(
      { length: count },
      (_, index) =>
        addDemoResource(world, { project_id, object_type, name: `${object_type}-${index + 1}` }).id,
    );
  const backupHost = {
    id: world.chance.id(),
    project_id,
    name: "backup-server-1",
    ip: "192.168.0.10",
    port: 8080,
    directory: "/hss/backup",
    running: true,
  };
  world.backupHosts.add(backupHost);
  addHostPolicy(world, project_id);
  startNativeExpiry(world);
  return {
    world,
    identities,
    servers: resources("server", 8),
    volumes: resources("disk", 8),
    file_systems: resources("turbo", 2),
    audit_instance: addAuditInstance(world, project_id, "audit-1").id,
    host: addHost(world, project_id, { name: "web-1", private_ip: "192.168.0.20" }).id,
    backup_host: backupHost.id,
    phones: phone_states_shown.map((state) => addPhone(world, project_id, state).id),
  };
}
