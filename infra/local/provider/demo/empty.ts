import { addAuditInstance } from "../world/audit.ts";
import { startNativeExpiry } from "../world/expiry.ts";
import type { ObjectType } from "../world/model.ts";
import { addPhone } from "../world/phones.ts";
import { addResource } from "../world/resources.ts";
import type { PhoneState } from "../world/services.ts";
import { briskSettings, type Settings } from "../world/settings.ts";
import { createWorld, type World } from "../world/world.ts";
import { addIdentities, type DemoIdentities, type IdentityOptions } from "./identities.ts";
import { addHost, addHostPolicy } from "./instances.ts";

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
  /** The policy of host security's vault. */
  readonly host_policy: string;
  /** Those whose data is loaded come first. */
  readonly phones: readonly string[];
}

const phone_states_shown: readonly PhoneState[] = [2, 7, 2, 7, 0, 1, 3, 4, 5, 6];

interface EmptyWorldOptions extends IdentityOptions {
  readonly seed: number;
  readonly now_ms: number;
  readonly settings?: Partial<Settings> | undefined;
}

export function createEmptyWorld({ seed, now_ms, settings, ...options }: EmptyWorldOptions): EmptyWorld {
  const world = createWorld({ seed, now_ms, settings: settings ?? briskSettings });
  const identities = addIdentities(world, options);
  const project_id = identities.project.id;
  const resources = (object_type: ObjectType, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const name = `${object_type}-${index + 1}`;
      return addSmallResource(world, { project_id, object_type, name }).id;
    });
  const backupHost = {
    id: world.random.id(),
    project_id,
    name: "backup-server-1",
    ip: "192.168.0.10",
    port: 8080,
    directory: "/hss/backup",
    running: true,
  };
  world.backupHosts.add(backupHost);
  const hostPolicy = addHostPolicy(world, project_id);
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
    host_policy: hostPolicy.id,
    phones: phone_states_shown.map((state) => addPhone(world, project_id, state).id),
  };
}

/** Little enough data that even the smallest vault holds some backups of it. */
function addSmallResource(
  world: World,
  { project_id, object_type, name }: { project_id: string; object_type: ObjectType; name: string },
) {
  const sizes_gb: readonly [number, ...number[]] = object_type === "server" ? [40, 20] : [40];
  return addResource(world, {
    project_id,
    object_type,
    name,
    sizes_gb,
    data_mb: world.random.between(300, 900),
  });
}
