import type { AnyEvent, FunctionDefinition, QueueTrigger } from "../shared/lambda/definition.ts";
import { definition as backUpPhones } from "./back-up-phones/definition.ts";
import { definition as createCheckpoint } from "./create-checkpoint/definition.ts";
import { definition as discoverInstances } from "./discover-instances/definition.ts";
import { definition as enableAuditBackup } from "./enable-audit-backup/definition.ts";
import { definition as enableRemoteBackup } from "./enable-remote-backup/definition.ts";
import { definition as enforcePolicies } from "./enforce-policies/definition.ts";
import { definition as ingestNotification } from "./ingest-notification/definition.ts";
import { definition as planCheckpoints } from "./plan-checkpoints/definition.ts";
import { definition as planPrune } from "./plan-prune/definition.ts";
import { definition as pruneVault } from "./prune-vault/definition.ts";
import { definition as reportCoverage } from "./report-coverage/definition.ts";
import { definition as settleCheckpoints } from "./settle-checkpoints/definition.ts";
import { definition as settleInstances } from "./settle-instances/definition.ts";
import { definition as settlePhones } from "./settle-phones/definition.ts";

/** Every function, by kind of work. Its definition alone: infra/ derives the stack from it, and never meets a job. */
export const functions = [
  planCheckpoints,
  createCheckpoint,
  settleCheckpoints,
  planPrune,
  pruneVault,
  backUpPhones,
  settlePhones,
  discoverInstances,
  ingestNotification,
  enableAuditBackup,
  enableRemoteBackup,
  settleInstances,
  enforcePolicies,
  reportCoverage,
] as const satisfies readonly FunctionDefinition[];

export type AnyFunction = (typeof functions)[number];
export type FunctionName = AnyFunction["name"];

/** The queue to which an event is sent: that of the function that it triggers. */
export function queueFor(event: Pick<AnyEvent, "name">): QueueTrigger {
  for (const { trigger } of functions)
    if (trigger.on === "queue" && trigger.event.name === event.name) return trigger;
  throw new Error(`no function of functions/all.ts has a queue for ${event.name}`);
}
