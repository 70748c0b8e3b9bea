import type { Project } from "../estate/estate.ts";
import { auditsOf } from "../instances/audit.ts";
import { hostsOf } from "../instances/host.ts";
import { endedPhones, openPhones, type Phone } from "../instances/phones/phone.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ProjectFacts } from "./facts.ts";
import {
  type Coverage,
  type InstanceRecords,
  summarizeInstances,
  type Uncovered,
  uncoveredInstances,
} from "./instances.ts";
import type { InstanceCoverage, InstancesCoverage } from "./schema.ts";

/** Releases that ended longer ago are yesterday's news. */
const phones_days = 7;

/** What the ledger knows of a project's audit instances, web hosts and phones. */
export async function readInstances(
  ledger: Ledger,
  project: Project,
  now_ms: number,
): Promise<ProjectFacts["instances"]> {
  const records = {
    audits: (await Array.fromAsync(auditsOf(ledger, project.name))).map(({ value }) => value),
    hosts: (await Array.fromAsync(hostsOf(ledger, project.name))).map(({ value }) => value),
    phones: await recentPhones(ledger, project, now_ms),
  };
  return sectionsOf(records);
}

async function recentPhones(ledger: Ledger, { name }: Project, now_ms: number): Promise<Phone[]> {
  const phones = (await Array.fromAsync(openPhones(ledger, name))).map(({ value }) => value);
  for await (const { value } of endedPhones(ledger, name)) {
    if ((value.work.settled?.at_ms ?? 0) < now_ms - phones_days * 86_400_000) break;
    phones.push(value);
  }
  return phones;
}

function sectionsOf(records: InstanceRecords): ProjectFacts["instances"] {
  const { auditInstances, webHosts, phones } = summarizeInstances(records);
  const uncovered = new Map(uncoveredInstances(records).map((one) => [`${one.kind} ${one.id}`, one]));
  const here = <Value extends { readonly gone_at_ms: number | null }>(values: readonly Value[]) =>
    values.filter(({ gone_at_ms }) => gone_at_ms === null);
  return {
    audit: section(
      auditInstances,
      here(records.audits).map(({ instance_id }) =>
        item(instance_id, instance_id, uncovered.get(`audit-instance ${instance_id}`)),
      ),
    ),
    hosts: section(
      webHosts,
      here(records.hosts).map(({ host_id, host_name, server }) =>
        item(
          host_id,
          host_name || host_id,
          uncovered.get(`web-host ${host_id}`),
          server ? `backed up on ${server.name}` : undefined,
        ),
      ),
    ),
    phones: section(
      phones,
      records.phones.map(({ instance_id, release_id }) =>
        item(instance_id, `${instance_id}, release ${release_id}`, uncovered.get(`phone ${instance_id}`)),
      ),
    ),
  };
}

const section = (
  { expected, covered, reported }: Coverage,
  items: InstanceCoverage[],
): InstancesCoverage => ({ expected, covered, reported, items });

function item(
  id: string,
  name: string,
  uncovered: Uncovered | undefined,
  detail = "its backup is on and confirmed",
): InstanceCoverage {
  if (!uncovered) return { id, name, state: "covered", detail };
  const { code, reason } = uncovered;
  return { id, name, state: "reported", detail: code ? `${code}: ${reason}` : reason };
}
