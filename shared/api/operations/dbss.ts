import * as z from "zod";
import { operation } from "../operation.ts";
import { identifier, queryInteger } from "./fields.ts";

const document = "Database Security Service API";

/** Both documents of the service say 32 to 64 characters. */
const instanceIdentifier = z.string().min(32).max(64);

export const auditBackupCycles = ["PER_DAY", "PER_WEEK", "PER_MONTH", "PER_HOUR", "FIVE_MIN"] as const;

/** `yyyy-MM-dd HH:mm:ss`, local time of the instance. */
const triggerTime = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
    "must be a local time like 2025-08-21 02:00:44",
  );

export const setAuditBackup = operation({
  name: "setAuditBackup",
  service: "dbss",
  summary: "Turns the backup of a database-audit instance on or off.",
  source: `${document}, Enabling/Disabling Backup (2025-09-10)`,
  method: "POST",
  path: "/v1/{domain_id}/audit/{instance_id}/backup/switch",
  parameters: { domain_id: identifier, instance_id: instanceIdentifier },
  body: z.strictObject({
    bucket_name: z.string().min(1),
    bucket_root_path: z.string().optional(),
    cycle: z.enum(auditBackupCycles),
    mode: z.literal("AUTO"),
    /** 0: off, 1: on. */
    status: z.union([z.literal(0), z.literal(1)]),
    trigger_time: triggerTime,
  }),
  answer: z.looseObject({ result: z.literal("SUCCESS") }),
  status: 200,
  // Not documented; named as the service's other actions are.
  permission: "dbss:auditInstance:setBackupSwitch",
  scope: "account",
  // It states a setting.
  repeatable: true,
});

const auditInstanceFields = {
  name: z.string().nullish(),
  status: z.string().nullish(),
  created: z.string().nullish(),
  task: z.string().nullish(),
  effect: z.number().nullish(),
  region: z.string().nullish(),
  enterprise_project_id: z.string().nullish(),
};

const documentedInstance = z.looseObject({ id: z.string(), ...auditInstanceFields });

/** A database-audit instance, whichever of the two documents the answer follows. */
type AuditInstance = z.output<typeof documentedInstance>;

/** The SDK's form, read as the documented one. */
const publishedInstance = z
  .looseObject({ instance_id: z.string(), ...auditInstanceFields })
  .transform((instance): AuditInstance => ({ ...instance, id: instance.instance_id }));

const total = z.int().nullish();
const auditInstance = z.union([documentedInstance, publishedInstance]);

/**
 * The documentation names the array `servers` with `id`, the provider's SDK `instances` with `instance_id`: both are
 * read, and both become `{ instances: [{ id, … }], total }`.
 */
const auditInstances = z.union([
  z
    .looseObject({ servers: z.array(auditInstance), total })
    .transform((answer) => ({ instances: answer.servers, total: answer.total })),
  z.looseObject({ instances: z.array(auditInstance), total }),
]);

export const listAuditInstances = operation({
  name: "listAuditInstances",
  service: "dbss",
  summary: "Lists database-audit instances.",
  source: `${document}, Querying the Audit Instance List`,
  method: "GET",
  path: "/v1/{project_id}/audit/instances",
  parameters: { project_id: identifier },
  query: z.object({ limit: queryInteger(1, 1000).optional(), offset: queryInteger(0).optional() }),
  answer: auditInstances,
  status: 200,
  permission: "dbss:auditInstance:list",
  repeatable: true,
  list: {
    ...{ items: "instances", otherItems: "servers", item: auditInstance, total: "total" },
    ...{ by: "offset", maximumLimit: 1000 },
  },
});

export const showAuditBackupStatus = operation({
  name: "showAuditBackupStatus",
  service: "dbss",
  summary: "Shows whether the last backup of a database-audit instance succeeded.",
  source: `${document}, Obtaining the Backup Status`,
  method: "GET",
  path: "/v1/{project_id}/audit/{instance_id}/backup/status",
  parameters: { project_id: identifier, instance_id: instanceIdentifier },
  /** 1: successful; anything else: failed. */
  answer: z.looseObject({ status: z.int() }),
  status: 200,
  // Not documented; named as the service's other actions are.
  permission: "dbss:auditInstance:getBackupStatus",
  repeatable: true,
});
