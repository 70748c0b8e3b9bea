import * as z from "zod";
import { cronSchema } from "./schedule.ts";
import { secretNames } from "./secrets.ts";
import { selectionSchema } from "./selection.ts";

const slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    "expected a name of up to 32 lower-case letters, digits and -, beginning with a letter",
  );

const providerId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "expected an id as the provider's console shows it");

/** https, except on the machine itself: a stand-in of the provider listens there without a certificate. */
const origin = z
  .url({ protocol: /^https?$/, error: "expected an origin such as https://cbr.example.com" })
  .refine((text) => isOrigin(text), "expected an origin only, without path, query or credentials")
  .refine((text) => isSecure(text), "expected https (http is accepted for 127.0.0.1 and localhost only)");

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, "");
}

function isSecure(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const url = new URL(text);
  return url.protocol === "https:" || ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}

const timeZone = z.string().refine(isTimeZone, "expected an IANA time zone such as Europe/Berlin");

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

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
    time_zone: timeZone.optional(),
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
});

export type CheckpointRule = z.output<typeof checkpointRule>;

const endpoints = z.strictObject({
  cbr: origin.optional(),
  iam: origin.optional(),
  dbss: origin.optional(),
  hss: origin.optional(),
  koophone: origin.optional(),
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

const project = z.strictObject({
  name: slug,
  region: z.string().regex(/^[a-z0-9-]{2,32}$/, "expected a region such as eu-de or ru-moscow-1"),
  project_id: providerId,
  /** The account (domain) that the project belongs to; audit instances are addressed by it. */
  account_id: providerId,
  provider: z.enum(["huaweicloud", "sbercloud", "otc"]).default("huaweicloud"),
  /** Origins that differ from the provider's own. */
  endpoints: endpoints.default({}),
  time_zone: timeZone,
  secrets: secretNames,
  rates: rates.prefault({}),
  checkpoints: z.array(checkpointRule).min(1),
});

export type Project = z.output<typeof project>;

/** The whole configuration: which projects are looked after, and by which rules. It holds no secret. */
export const estateSchema = z.strictObject({
  $schema: z.string().optional(),
  name: slug,
  projects: z.array(project).min(1),
});

export type Estate = z.output<typeof estateSchema>;
/** What a person writes: as Estate, but with defaults left out. */
export type EstateInput = z.input<typeof estateSchema>;

/** The estate does not hold what a message or command names. */
export class NotInEstate extends Error {
  override readonly name = "NotInEstate";
}

export function projectOf(estate: Estate, name: string): Project {
  const found = estate.projects.find((project) => project.name === name);
  if (!found)
    throw new NotInEstate(
      `the estate has no project ${JSON.stringify(name)}; it has ${names(estate.projects)}`,
    );
  return found;
}

export function ruleOf(project: Project, name: string): CheckpointRule {
  const found = project.checkpoints.find((rule) => rule.name === name);
  if (!found)
    throw new NotInEstate(
      `project ${project.name} has no checkpoint rule ${JSON.stringify(name)}; it has ${names(project.checkpoints)}`,
    );
  return found;
}

const names = (things: readonly { readonly name: string }[]) => things.map(({ name }) => name).join(", ");
