import { Refusal } from "./model.ts";
import type { AuditBackup, AuditInstance } from "./services.ts";
import { duration } from "./tasks.ts";
import type { World } from "./world.ts";

/** An instance of the project, or of any project of the account. */
export function findAuditInstance(world: World, projects: readonly string[], id: string): AuditInstance {
  const instance = world.auditInstances.get(id);
  if (instance === undefined || !projects.includes(instance.project_id)) {
    throw new Refusal("DBSS.10000001", "The audit instance does not exist.");
  }
  return instance;
}

export function addAuditInstance(world: World, project_id: string, name: string): AuditInstance {
  const instance: AuditInstance = {
    id: world.random.id(),
    project_id,
    name,
    created: world.stamp(),
    status: "ACTIVE",
    enabled: false,
    backup: undefined,
    confirmed_at: undefined,
    switched: 0,
  };
  world.auditInstances.add(instance);
  return instance;
}

/** Turns the automatic backup on or off; its status follows a little later. */
export function switchAuditBackup(
  world: World,
  instance: AuditInstance,
  backup: AuditBackup | undefined,
): void {
  instance.enabled = backup !== undefined;
  instance.backup = backup;
  instance.switched += 1;
  instance.confirmed_at = world.now + duration(world, world.settings.audit_confirm_ms);
}

/** 1: the backup works. Anything else: it does not (yet). */
export function auditBackupStatus(world: World, instance: AuditInstance): 0 | 1 {
  const { enabled, confirmed_at } = instance;
  return enabled && confirmed_at !== undefined && confirmed_at <= world.now ? 1 : 0;
}
