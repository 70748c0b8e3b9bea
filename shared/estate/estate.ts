import * as z from "zod";
import { providerId, slug, timeZone } from "./fields.ts";
import { instancesSchema } from "./instances.ts";
import { policiesSchema } from "./policies.ts";
import { projectPruneSchema, rulePruneSchema } from "./prune.ts";
import { reportSchema } from "./report.ts";
import { cronSchema } from "./schedule.ts";
import { secretNames } from "./secrets.ts";
import { selectionSchema } from "./selection.ts";
import { endpointsOf, services } from "./services.ts";

/** How often a service may be called by all functions together. */
const rate = z.strictObject({
  calls: z.number().int().min(1).max(100_000),
  per_seconds: z.number().int().min(1).max(3600),
});

const checkpointRule = z.strictObject({
  name: slug,
  select: selectionSchema,
  schedule: z.strictObject({
    cron: cronSchema,
    /** Default: the project's. */
    timezone: timeZone.optional(),
  }),
  /** Incremental backups (the provider's default) or full ones. */
  incremental: z.boolean().default(true),
  /** Minutes after the scheduled time by which every selected vault must have its checkpoint. */
  deadline_minutes: z.number().int().min(10).max(1380),
  /** No resource may go without a good backup for longer. */
  recovery_point_objective_hours: z
    .number()
    .int()
    .min(1)
    .max(24 * 366),
  /** Resources that are left out on purpose. */
  exclude_resource_ids: z.array(z.string().min(1)).default([]),
  /** Default: backups are kept for ever. */
  prune: rulePruneSchema.optional(),
});

export type CheckpointRule = z.output<typeof checkpointRule>;

/** Origins by service; checked together with the project's cloud and region. */
const endpointOverrides = z.strictObject({
  cbr: z.string().optional(),
  iam: z.string().optional(),
  dbss: z.string().optional(),
  hss: z.string().optional(),
  koophone: z.string().optional(),
});

const rates = z.strictObject({
  // Not published; integrators report gateways that allow 200 calls in 5 minutes.
  cbr: rate.default({ calls: 200, per_seconds: 300 }),
  // 600 calls a minute for one API, but 5 a minute for one user or address.
  hss: rate.default({ calls: 5, per_seconds: 60 }),
  dbss: rate.default({ calls: 60, per_seconds: 60 }),
  koophone: rate.default({ calls: 60, per_seconds: 60 }),
  iam: rate.default({ calls: 60, per_seconds: 60 }),
});

const projectFields = z.strictObject({
  name: slug,
  region: z.string().regex(/^[a-z0-9-]{2,32}$/, "expected a region such as eu-de or ru-moscow-1"),
  project_id: providerId,
  /** The account (domain) that the project belongs to; audit instances are addressed by it. */
  account_id: providerId,
  cloud: z.enum(["huawei", "sbercloud", "otc"]).default("huawei"),
  /** Origins that differ from the provider's own. */
  endpoints: endpointOverrides.default({}),
  timezone: timeZone,
  secrets: secretNames,
  rates: rates.prefault({}),
  checkpoints: z.array(checkpointRule).min(1),
  instances: instancesSchema.prefault({}),
  policies: policiesSchema.prefault({}),
  /** Default: nothing is pruned. */
  prune: projectPruneSchema.optional(),
});

const project = projectFields.superRefine((fields, context) => {
  const endpointOf = endpointsOf(fields);
  for (const service of services) {
    try {
      endpointOf(service);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: "custom", path: ["endpoints", service], message });
    }
  }
});

export type Project = z.output<typeof project>;

/** The whole configuration: which projects are looked after, and by which rules. It holds no secret. */
export const estateSchema = z.strictObject({
  $schema: z.string().optional(),
  name: slug,
  projects: z.array(project).min(1),
  report: reportSchema.prefault({}),
});

export type Estate = z.output<typeof estateSchema>;
/** What a person writes: as Estate, but with defaults left out. */
export type EstateInput = z.input<typeof estateSchema>;
