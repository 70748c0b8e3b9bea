import * as z from "zod";
import { startCheckpoint } from "./world/checkpoints.ts";
import { addResources } from "./world/holding.ts";
import { cbr, resource_types, type Vault } from "./world/model.ts";
import { addPhone } from "./world/phones.ts";
import { addResource } from "./world/resources.ts";
import type { PhoneState } from "./world/services.ts";
import type { World } from "./world/world.ts";

const phoneState = z.union([
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(6),
  z.literal(7),
]) satisfies z.ZodType<PhoneState>;

/** What happens in the account without our doing: other people, other systems, the platform itself. */
export const action = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("set-vault-status"),
    vault_id: z.string(),
    status: z.enum(["available", "lock", "frozen", "deleting", "error"]),
  }),
  z.strictObject({ action: z.literal("set-vault-used"), vault_id: z.string(), used_mb: z.int().min(0) }),
  z.strictObject({ action: z.literal("back-up-by-hand"), vault_id: z.string(), name: z.string() }),
  z.strictObject({
    action: z.literal("add-resource"),
    project_id: z.string(),
    object_type: z.enum(["server", "disk", "turbo"]),
    name: z.string(),
    size_gb: z.int().min(1).default(40),
    vault_id: z.string().optional(),
  }),
  /** Without a code the provider refuses it no longer. */
  z.strictObject({
    action: z.literal("refuse-resource"),
    resource_id: z.string(),
    code: z
      .string()
      .regex(/^\d{4}$/)
      .optional(),
  }),
  z.strictObject({
    action: z.literal("use-in-image"),
    backup_id: z.string(),
    image_id: z.string().optional(),
  }),
  z.strictObject({ action: z.literal("run-backup-host"), backup_host_id: z.string(), running: z.boolean() }),
  z.strictObject({
    action: z.literal("add-phones"),
    project_id: z.string(),
    count: z.int().min(1).max(10_000),
    state: phoneState,
  }),
  z.strictObject({ action: z.literal("set-phone-state"), phone_id: z.string(), state: phoneState }),
]);

export type Action = z.output<typeof action>;

/** Does it, and answers what came of it. */
export function act(world: World, wanted: Action): unknown {
  switch (wanted.action) {
    case "set-vault-status":
      vaultOf(world, wanted.vault_id).status = wanted.status;
      return {};
    case "set-vault-used":
      vaultOf(world, wanted.vault_id).used_mb = wanted.used_mb;
      return {};
    case "back-up-by-hand": {
      const { vault_id, name } = wanted;
      const vault = vaultOf(world, vault_id);
      return { id: startCheckpoint(world, { vault, name, incremental: true, auto_trigger: false }).id };
    }
    case "add-resource":
      return addOne(world, wanted);
    case "refuse-resource":
      found(world.resources.get(wanted.resource_id), "6302").refused_code = wanted.code;
      return {};
    case "use-in-image":
      found(world.backups.get(wanted.backup_id), "6200").image_ids = [wanted.image_id ?? world.random.id()];
      return {};
    case "run-backup-host":
      found(world.backupHosts.get(wanted.backup_host_id), "6302").running = wanted.running;
      return {};
    case "add-phones":
      return {
        phones: Array.from(
          { length: wanted.count },
          () => addPhone(world, wanted.project_id, wanted.state).id,
        ),
      };
    case "set-phone-state":
      found(world.phones.get(wanted.phone_id), "6302").state = wanted.state;
      return {};
  }
}

function addOne(world: World, wanted: Extract<Action, { action: "add-resource" }>): unknown {
  const { project_id, object_type, name, size_gb, vault_id } = wanted;
  const { id } = addResource(world, { project_id, object_type, name, sizes_gb: [size_gb] });
  if (vault_id !== undefined)
    addResources(world, vaultOf(world, vault_id), [{ id, type: resource_types[object_type] }]);
  return { id };
}

function vaultOf(world: World, id: string): Vault {
  return found(world.vaults.get(id), "6105");
}

function found<T>(thing: T | undefined, code: string): T {
  if (thing === undefined) throw cbr(code);
  return thing;
}
