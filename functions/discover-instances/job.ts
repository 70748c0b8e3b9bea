import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import type { discoveryDue } from "../../events/discovery-due.ts";
import { hostFound } from "../../events/host-found.ts";
import { mayBeAmong, type UnreadableItem } from "../../shared/api/list.ts";
import { surveyHosts } from "../../shared/instances/assess-host.ts";
import { auditNeedsLook, auditRecord, auditsOf } from "../../shared/instances/audit.ts";
import { hostNeedsLook, hostRecord, hostsOf } from "../../shared/instances/host.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { eachProject } from "../../shared/work/each-project.ts";
import { definition, type InProject } from "./definition.ts";
import { markGone } from "./gone.ts";
import { discoverUnprotected } from "./unprotected.ts";

/**
 * Compares what exists with what the ledger has seen, and sends for every difference the event that a notification
 * would have sent. One kind that cannot be listed does not keep the others from being looked at.
 */
export function discoverInstances(
  _due: ReturnType<typeof discoveryDue.parse>,
  deps: Deps<typeof definition>,
) {
  return eachProject(deps, "discovery-failed", async (project, signal) => {
    const inProject = { ...deps, project, provider: await deps.provider(project, signal) };
    const kinds = [discoverAudits, discoverHosts, discoverUnprotected] as const;
    const [audits, hosts, unprotected] = await Promise.allSettled(
      kinds.map((discover) => discover(inProject)),
    );
    const failed = [audits, hosts, unprotected].find((result) => result?.status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return [audits, hosts, unprotected].map((result) => result?.status === "fulfilled" && result.value);
  });
}

export const implementation = implement(definition, discoverInstances);

/** Sends an event for every audit instance that the ledger does not know, or that is to be looked at again. */
async function discoverAudits({ project, provider, ledger, clock, queueOf }: InProject) {
  const rules = project.instances.audit;
  if (!rules) return { listed: 0, sent: 0 };
  const unreadable: UnreadableItem[] = [];
  const listed = await Array.fromAsync(
    provider.listAuditInstances.all({}, { unreadable: (item) => unreadable.push(item) }),
  );
  const known = await Array.fromAsync(auditsOf(ledger, project.name));
  const byId = new Map(known.map(({ value }) => [value.instance_id, value]));
  const found = listed.filter(({ id }) => auditNeedsLook(byId.get(id), rules, clock.now()));
  await queueOf(auditInstanceFound).send(
    found.map(({ id }) => ({ body: auditInstanceFound.create({ project: project.name, instance_id: id }) })),
  );
  const here = new Set(listed.map(({ id }) => id));
  const gone = known.filter(
    ({ value: { instance_id } }) => !here.has(instance_id) && !mayBeAmong(unreadable, instance_id),
  );
  await markGone({ ledger, clock }, auditRecord, gone);
  return { listed: listed.length, sent: found.length };
}

/** Sends an event for every protected host that is new, or that stands otherwise than the ledger says. */
async function discoverHosts({ project, provider, ledger, clock, queueOf }: InProject) {
  const rules = project.instances.hosts;
  if (!rules) return { listed: 0, sent: 0 };
  const { hosts, assess, isGone } = await surveyHosts(provider, rules);
  const known = await Array.fromAsync(hostsOf(ledger, project.name));
  const byId = new Map(known.map(({ value }) => [value.host_id, value]));
  const found = [...hosts.values()].filter((host) =>
    hostNeedsLook(byId.get(host.host_id), assess(host), clock.now()),
  );
  await queueOf(hostFound).send(
    found.map(({ host_id }) => ({ body: hostFound.create({ project: project.name, host_id }) })),
  );
  const gone = known.filter(({ value }) => isGone(value.host_id));
  await markGone({ ledger, clock }, hostRecord, gone);
  return { listed: hosts.size, sent: found.length };
}
