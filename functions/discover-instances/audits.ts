import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { mayBeAmong, type UnreadableItem } from "../../shared/api/list.ts";
import { auditNeedsLook, auditRecord, auditsOf } from "../../shared/instances/audit.ts";
import type { InProject } from "./definition.ts";
import { markGone } from "./gone.ts";

/** Sends an event for every audit instance that the ledger does not know, or that is to be looked at again. */
export async function discoverAudits({ project, provider, ledger, clock, queueOf }: InProject) {
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
