import { discoveryDue } from "../../events/discovery-due.ts";
import { policiesDue } from "../../events/policies-due.ts";
import { settleDue } from "../../events/settle-due.ts";
import { environment as backUpEnvironment } from "../../functions/back-up-phones/environment.ts";
import { environment as discoverEnvironment } from "../../functions/discover-instances/environment.ts";
import { environment as auditEnvironment } from "../../functions/enable-audit-backup/environment.ts";
import { environment as hostEnvironment } from "../../functions/enable-remote-backup/environment.ts";
import { environment as policiesEnvironment } from "../../functions/enforce-policies/environment.ts";
import { environment as ingestEnvironment } from "../../functions/ingest-notification/environment.ts";
import { environment as settleEnvironment } from "../../functions/settle-instances/environment.ts";
import { environment as settlePhonesEnvironment } from "../../functions/settle-phones/environment.ts";
import type { VigilFunction } from "../constructs/function.ts";
import { FunctionSchedule, SCHEDULED_TIME } from "../constructs/schedule.ts";
import { WorkQueue } from "../constructs/work-queue.ts";
import type { Foundation } from "../foundation.ts";
import { concurrencyFor, publicConcurrency } from "./concurrency.ts";

export const INSTANCE_FUNCTIONS = [
  "discover-instances",
  "ingest-notification",
  "enable-audit-backup",
  "enable-remote-backup",
  "settle-instances",
  "back-up-phones",
  "settle-phones",
  "enforce-policies",
] as const;

/** The messages of a batch are worked on side by side. */
const AUDIT_BATCH = 10;

/** What is looked after beside vaults: audit instances and hosts, cloud phones, and policies. */
export function addInstances(foundation: Foundation): void {
  addAuditsAndHosts(foundation);
  addPhones(foundation);
  addPolicies(foundation);
}

/** Discovery and notifications → a queue for each kind → one function that acts; settle confirms and sends again. */
function addAuditsAndHosts(foundation: Foundation): void {
  const discover = foundation.make({
    name: "discover-instances",
    description: "Compares what exists with what is known",
    environment: discoverEnvironment,
    ledger: ["read", "write", "list", "remove"],
    role: "observe",
    timeout_s: 600,
    memory_mb: 1024,
  });
  const ingest = foundation.make({
    name: "ingest-notification",
    description: "Takes the provider's notifications; may only ask for a look at something",
    environment: ingestEnvironment,
    ledger: ["read", "write", "remove"],
    timeout_s: 20,
    memory_mb: 512,
  });
  const settle = foundation.make({
    name: "settle-instances",
    description: "Confirms the backups of audit instances and hosts",
    environment: settleEnvironment,
    ledger: ["read", "write", "list", "remove"],
    role: "observe",
    timeout_s: 240,
    memory_mb: 512,
  });
  const audits = new WorkQueue(foundation, "Audits", {
    name: "audits",
    consumer: foundation.make({
      name: "enable-audit-backup",
      description: "Turns the backup of one audit instance on, once",
      environment: auditEnvironment,
      ledger: ["read", "write"],
      role: "instances",
      timeout_s: 120,
      memory_mb: 512,
    }),
    batchSize: AUDIT_BATCH,
    window_s: 1,
    maximumConcurrency: concurrencyFor(foundation.estate, "dbss", { atOnce: AUDIT_BATCH }),
    attempts: 5,
  });
  const hosts = new WorkQueue(foundation, "Hosts", {
    name: "hosts",
    consumer: foundation.make({
      name: "enable-remote-backup",
      description: "Gives hosts a backup server, at the five calls a minute that there are",
      environment: hostEnvironment,
      ledger: ["read", "write"],
      role: "instances",
      // It waits for its turn among the few calls rather than coming back for each.
      timeout_s: 300,
      memory_mb: 512,
    }),
    batchSize: 100,
    window_s: 20,
    maximumConcurrency: concurrencyFor(foundation.estate, "hss", { atOnce: 1 }),
    attempts: 5,
  });
  for (const sender of [discover, ingest, settle]) {
    audits.bindSender(sender, "AUDIT_QUEUE_URL");
    hosts.bindSender(sender, "HOST_QUEUE_URL");
  }
  for (const teller of [discover, settle]) foundation.notifications.bindPublisher(teller);
  every(foundation, discover, { minutes: 15, event: discoveryDue });
  every(foundation, settle, { minutes: 5, event: settleDue });
  // Its address is what `aws lambda get-function-url-config` says; the provider's topic (SMN) is subscribed to it.
  ingest.openUrl({ concurrency: publicConcurrency(foundation.estate) });
}

/** The releasing system → release queue → up to 100 in one call; settle proves and announces. */
function addPhones(foundation: Foundation): void {
  const settle = foundation.make({
    name: "settle-phones",
    description: "Proves the backups of cloud phones and announces them",
    environment: settlePhonesEnvironment,
    ledger: ["read", "write", "find", "remove"],
    role: "observe",
    timeout_s: 240,
    memory_mb: 1024,
  });
  const releases = new WorkQueue(foundation, "Releases", {
    name: "releases",
    consumer: foundation.make({
      name: "back-up-phones",
      description: "Backs cloud phones up before their release, each exactly once",
      environment: backUpEnvironment,
      ledger: ["read", "write"],
      role: "instances",
      timeout_s: 180,
      memory_mb: 512,
    }),
    batchSize: 100,
    window_s: 5,
    maximumConcurrency: concurrencyFor(foundation.estate, "koophone", { atOnce: 1 }),
    attempts: 5,
  });
  releases.bindSender(settle, "RELEASE_QUEUE_URL");
  const releasers = foundation.estate.projects.flatMap(({ instances }) => instances.phones.releasers);
  releases.acceptOnlyFrom(releasers, [settle]);
  foundation.notifications.bindPublisher(settle);
  every(foundation, settle, { minutes: 5, event: settleDue });
}

function addPolicies(foundation: Foundation): void {
  const enforce = foundation.make({
    name: "enforce-policies",
    description: "Holds the provider's policies against the estate",
    environment: policiesEnvironment,
    ledger: ["read", "write", "remove"],
    role: "instances",
    timeout_s: 300,
    memory_mb: 512,
  });
  foundation.notifications.bindPublisher(enforce);
  every(foundation, enforce, { minutes: 60, event: policiesDue });
}

/** Fires a function every so many minutes. The next firing finds everything that a failed one has left. */
function every(
  foundation: Foundation,
  target: VigilFunction,
  { minutes, event }: { minutes: number; event: { readonly name: string; readonly version: number } },
): void {
  target.retryEvents(foundation.undelivered, { attempts: 1, maximumAge_minutes: minutes });
  new FunctionSchedule(foundation, `Schedule-${target.name}`, {
    name: target.name,
    description: `Fires ${target.name} every ${minutes} minutes`,
    expression: minutes === 60 ? "rate(1 hour)" : `rate(${minutes} minutes)`,
    timeZone: "UTC",
    target,
    input: { event: event.name, version: event.version, data: { scheduled_at: SCHEDULED_TIME } },
    retry_minutes: minutes,
    deadLetters: foundation.undelivered,
  });
}
