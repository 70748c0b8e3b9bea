import * as z from "zod";

/** Bumped when a reader of older reports would misread a newer one. */
export const REPORT_VERSION = 1;

/** How many nights a report looks back. */
export const REPORT_NIGHTS = 30;

const time = z.iso.datetime().describe("ISO 8601 in UTC");
const date = z.iso.date().describe("local date of the night's scheduled time");
const count = z.int().min(0);

const failure = z.object({
  date,
  rule: z.string(),
  scheduled_at: time.describe("which of the rule's times: an edited rule may have two on one date"),
  state: z.enum(["failed", "missing", "late", "open"]),
  code: z.string().nullable().describe("the provider's code, or ours where it gives none"),
  reason: z.string(),
  measure: z.string().nullable().describe("what the provider's documents say to do about the code"),
  attempts: count,
});
export type CellFailure = z.output<typeof failure>;

const resource = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().describe("the provider's resource type, for example OS::Nova::Server"),
  vault_id: z.string().nullable().describe("null: the resource is in no vault"),
  rules: z.array(z.string()).describe("checkpoint rules that expect backups of it now"),
  objective_hours: z.number().nullable().describe("recovery point objective: the strictest of its rules"),
  newest_good_at: time.nullable().describe("newest good backup that the provider lists, whoever made it"),
  newest_good_age_hours: z.number().nullable(),
  objective_met: z.boolean().nullable().describe("null: no rule gives it an objective"),
  backups: z.object({ own: count, native: count, other: count }).describe("backups that the provider lists"),
  backup_mb: z.number().nullable(),
  nights: z
    .string()
    .regex(/^[FMLOP-]*$/)
    .describe(
      "one letter per night of the report: F failed, M missing, L late, O open, P protected, - not expected",
    ),
  seen: z
    .string()
    .regex(/^\d*$/)
    .describe("one digit per night: good backups of that night that the provider still lists, at most 9"),
  failures: z.array(failure),
  note: z.string().nullable().describe("why no rule protects it, where none does"),
});
export type ResourceCoverage = z.output<typeof resource>;

const skipped = z.object({ vault_id: z.string(), vault_name: z.string(), reason: z.string() });

const night = z.object({
  date,
  rule: z.string(),
  scheduled_at: time,
  deadline_at: time,
  state: z.enum(["never-planned", "planning", "open", "closed"]),
  made_up: z.boolean().describe("planned late, after its schedule had not fired"),
  closed_at: time.nullable(),
  selected: count.describe("vaults"),
  available: count,
  late: count,
  failed: count.describe("vaults without a checkpoint and resources without a good backup"),
  retried: count,
  open: count,
  skipped: z.array(skipped),
});
export type NightCoverage = z.output<typeof night>;

const forecast = z.object({
  growth_mb_per_day: z.number().nullable(),
  full_on: z.iso.date().nullable().describe("the day on which it is full if it goes on like this"),
  basis: z.string().describe("what the forecast rests on, in words"),
});

const vault = z.object({
  id: z.string(),
  name: z.string(),
  object_type: z.string(),
  status: z.string(),
  locked: z.boolean(),
  auto_expand: z.boolean(),
  size_gb: z.number(),
  used_mb: z.number(),
  resources: count,
  rules: z.array(z.string()),
  history: z.array(z.object({ date: z.iso.date(), used_mb: z.number() })).describe("one entry per report"),
  forecast,
});
export type VaultCoverage = z.output<typeof vault>;

const tonight = z.object({
  vault_id: z.string(),
  vault_name: z.string(),
  rule: z.string(),
  scheduled_at: time,
  deadline_at: time,
  attempts: z.array(z.object({ attempt: z.int(), at: time })),
  ended_at: time.nullable(),
  outcome: z.enum(["open", "done", "partial", "failed", "skipped", "given-up", "stuck"]),
  code: z.string().nullable(),
  reason: z.string().nullable(),
});
export type SlotTimeline = z.output<typeof tonight>;

const instance = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(["covered", "reported"]),
  detail: z.string().describe("its state in words, and what to do where it is not covered"),
});
export type InstanceCoverage = z.output<typeof instance>;

const instances = z.object({
  expected: count,
  covered: count,
  reported: count,
  items: z.array(instance),
});
export type InstancesCoverage = z.output<typeof instances>;

const refusal = z.object({ code: z.string(), reason: z.string(), backups: count });

const pruning = z.object({
  deleted: count.describe("gone from the provider's list"),
  requested: count.describe("accepted by the provider, still listed"),
  kept: count,
  refused: z.array(refusal),
  paused: z.array(refusal),
  plans: z.array(
    z.object({
      vault_id: z.string(),
      vault_name: z.string(),
      planned_at: time,
      state: z.string(),
      deleted: count,
      requested: count,
      kept: count,
      refused: count,
      mode: z.string(),
    }),
  ),
});
export type PruningCoverage = z.output<typeof pruning>;

const approval = z.object({
  kind: z.string().describe("what waits, for example a prune plan or a policy change"),
  hash: z.string(),
  subject: z.string(),
  reason: z.string(),
  command: z.string().describe("what to type to approve it"),
});
export type WaitingApproval = z.output<typeof approval>;

const policy = z.object({
  policy: z.string().describe("hss, or cbr: and the policy's name"),
  problem: z.string().nullable().describe("why it could not be looked at or made"),
  drift: z.array(z.object({ field: z.string(), wanted: z.string(), actual: z.string(), effect: z.string() })),
});
export type PolicyCoverage = z.output<typeof policy>;

const orphan = z.object({
  resource_id: z.string(),
  resource_name: z.string(),
  type: z.string(),
  vault_ids: z.array(z.string()),
  backups: count,
  newest_at: time,
  oldest_at: time,
  backup_mb: z.number().nullable(),
});
export type OrphanCoverage = z.output<typeof orphan>;

const storageClass = z.object({
  class: z.string().describe("object type of the vaults"),
  vaults: count,
  size_gb: z.number(),
  used_gb: z.number(),
  price_per_gb_month: z.number().nullable(),
  cost_per_month: z.number().nullable(),
});
export type StorageClass = z.output<typeof storageClass>;

const project = z.object({
  name: z.string(),
  region: z.string(),
  project_id: z.string(),
  timezone: z.string(),
  problems: z.array(z.string()).describe("what could not be read, so that what follows may be incomplete"),
  nights: z.array(night),
  vaults: z.array(vault),
  resources: z.array(resource),
  tonight: z.array(tonight).describe("slots of the latest night of each rule"),
  audit_instances: instances,
  web_hosts: instances,
  phones: instances,
  pruning,
  policies: z.array(policy).describe("policies of the estate, as they stood when they were last looked at"),
  approvals: z.array(approval),
  orphans: z.array(orphan),
  storage: z.array(storageClass),
});
export type ProjectCoverage = z.output<typeof project>;

const totals = z.object({
  resources: count,
  objective_met: count,
  objective_missed: count,
  without_objective: count,
  in_no_vault: count,
  cells: z.object({
    protected: count,
    late: count,
    missing: count,
    failed: count,
    open: count,
    not_expected: count,
  }),
  last_night: z
    .object({
      protected: count,
      late: count,
      missing: count,
      failed: count,
      open: count,
      not_expected: count,
    })
    .describe("resources by what became of them in the report's last night"),
  orphaned_backups: count,
  approvals: count,
  used_gb: z.number(),
  cost_per_month: z.number().nullable(),
});
export type Totals = z.output<typeof totals>;

/** The coverage report: what was expected, what was seen, what is missing and why. */
export const coverageReportSchema = z.object({
  version: z.literal(REPORT_VERSION),
  estate: z.string(),
  generated_at: time,
  currency: z.string().nullable(),
  nights: z
    .array(date)
    .describe("the report's nights, oldest first; the letters of a resource are in this order"),
  totals,
  projects: z.array(project),
});

export type CoverageReport = z.output<typeof coverageReportSchema>;
