import { hostFound } from "../../events/host-found.ts";
import { hostNeedsLook, hostRecord, hostsOf } from "../../shared/instances/host.ts";
import { surveyHosts } from "../../shared/instances/survey-hosts.ts";
import type { InProject } from "./definition.ts";
import { markGone } from "./gone.ts";

/** Sends an event for every protected host that is new, or that stands otherwise than the ledger says. */
export async function discoverHosts({ project, provider, ledger, clock, queueOf }: InProject) {
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
