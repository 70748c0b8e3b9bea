import { isIPv4 } from "node:net";
import * as z from "zod";
import type { auditBackupCycles } from "../api/operations/dbss.ts";
import { providerId, slug, timeZone } from "./fields.ts";
import { objectTypes } from "./selection.ts";

const cycles = [
  "PER_DAY",
  "PER_WEEK",
  "PER_MONTH",
  "PER_HOUR",
  "FIVE_MIN",
] as const satisfies readonly (typeof auditBackupCycles)[number][];

/** Backup of database-audit instances (DBSS). */
const auditRules = z.strictObject({
  /** The OBS bucket that takes the backups. */
  bucket_name: z.string().min(3).max(63),
  bucket_root_path: z.string().max(256).default(""),
  cycle: z.enum(cycles).default("PER_DAY"),
  /** Local time of day at which the provider begins. */
  trigger_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a local time such as 02:30")
    .default("02:30"),
  /** Default: the project's. */
  timezone: timeZone.optional(),
  /** Ids of instances that somebody has set by hand: left alone and reported. */
  by_hand: z.array(providerId).default([]),
});

export type AuditRules = z.output<typeof auditRules>;

const cidr = z.string().refine(isCidr, "expected an IPv4 network such as 192.168.0.0/24");

function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  return rest.length === 0 && isIPv4(address) && /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32;
}

/**
 * A network: its hosts are those whose private address lies in it, its backup servers those whose address does, and
 * those that are named.
 */
const network = z.strictObject({
  name: slug,
  cidrs: z.array(cidr).min(1),
  /** Backup servers of this network whose own address lies elsewhere. */
  backup_host_ids: z.array(providerId).default([]),
});

export type Network = z.output<typeof network>;

/** Remote backup of Linux hosts under web tamper protection (HSS). */
const hostRules = z.strictObject({
  /** A host's backup server is one of its own network. None named: all hosts and servers are one network. */
  networks: z.array(network).default([]),
});

export type HostRules = z.output<typeof hostRules>;

/** Who may send to a queue, as a queue policy names them: a role, a user, or a whole account. */
const principal = z
  .string()
  .regex(
    /^(\d{12}|arn:aws[a-z-]*:iam::\d{12}:(root|user\/[\w+=,.@/-]+|role\/[\w+=,.@/-]+))$/,
    "expected an AWS account id or the ARN of a role or user",
  );

/** Backup of cloud phones (KooPhone) before their release. */
const phoneRules = z.strictObject({
  /** Who may ask for a release. Nobody unless they are named. */
  releasers: z.array(principal).default([]),
  /** How often a backup that failed is tried. */
  attempts: z.number().int().min(1).max(10).default(3),
  /** Hours after the request after which a release is reported as failed. */
  deadline_hours: z.number().int().min(1).max(168).default(24),
});

export type PhoneRules = z.output<typeof phoneRules>;

/** What the provider tells us of itself (SMN over HTTPS). */
const notificationRules = z.strictObject({
  /** The topics whose messages are ours, for example `urn:smn:eu-de:<project id>:<name>`. */
  topics: z
    .array(z.string().regex(/^urn:smn:[a-z0-9-]+:[A-Za-z0-9]+:[\w-]+$/, "expected the URN of an SMN topic"))
    .min(1),
  /** Certificates in PEM that the chain of a message's signature may end in, beside those that Node trusts. */
  roots: z.array(z.string().startsWith("-----BEGIN CERTIFICATE-----")).default([]),
});

const discoveryRules = z.strictObject({
  /** Kinds of protectable resources that must be in a vault. */
  object_types: z.array(z.enum(objectTypes)).default([...objectTypes]),
  /** Resources that are in no vault on purpose. */
  exclude_resource_ids: z.array(z.string().min(1)).default([]),
});

/** What beside vaults is looked after. A part that is left out is not: nothing of it is read or changed. */
export const instancesSchema = z.strictObject({
  audit: auditRules.optional(),
  hosts: hostRules.optional(),
  phones: phoneRules.prefault({}),
  notifications: notificationRules.optional(),
  discovery: discoveryRules.prefault({}),
});

export type InstanceRules = z.output<typeof instancesSchema>;
