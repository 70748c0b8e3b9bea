import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import type { settleDue } from "../../events/settle-due.ts";
import { mayBeAmong, type UnreadableItem } from "../../shared/api/list.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { type Audit, auditRecord, auditsOf, confirmAudit } from "../../shared/instances/audit.ts";
import { confirmHost, type Host, hostRecord, hostsOf } from "../../shared/instances/host.ts";
import { type Open, type SettledInstances, settleOpen } from "../../shared/instances/settle-open.ts";
import type { ClientOf, Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { eachProject } from "../../shared/work/each-project.ts";
import { collectFailures } from "../../shared/work/failure.ts";
import { definition } from "./definition.ts";

type Provider = ClientOf<typeof definition>;
type SettleDeps = Deps<typeof definition>;

/** Confirms what was switched on, and sends again what is due: audit instances and hosts of every project. */
export function settleInstances(_due: ReturnType<typeof settleDue.parse>, deps: SettleDeps) {
  return eachProject(deps, "instances-unsettled", async (project, signal) => {
    const provider = await deps.provider(project, signal);
    const failures = collectFailures();
    const asking: Asking = { project, provider, unless: failures.later };
    const result = {
      audits: await settleAudits(deps, asking),
      hosts: await settleHosts(deps, asking),
    };
    // Only now: what could not be confirmed must not keep what is due from being sent again.
    failures.rethrow();
    return result;
  });
}

interface Asking {
  readonly project: Project;
  readonly provider: Provider;
  /** Turns a failed call into no answer. */
  readonly unless: (error: unknown) => undefined;
}

function settleAudits(
  { ledger, clock, queueOf }: SettleDeps,
  { project, provider, unless }: Asking,
): Promise<SettledInstances> {
  const audits: Open<Audit> = {
    record: auditRecord,
    all: auditsOf(ledger, project.name),
    message: ({ project: name, instance_id, work }) =>
      auditInstanceFound.create({ project: name, instance_id, attempt: work.attempt }),
    confirm: async (accepted) => {
      const confirmed = new Map<Audit, Audit>();
      for (const audit of inTurn(accepted, clock.now())) {
        const { instance_id } = audit;
        const answer = await provider.showAuditBackupStatus({ path: { instance_id } }).catch(unless);
        if (answer) confirmed.set(audit, confirmAudit(audit, answer.status, clock.now()));
      }
      return confirmed;
    },
  };
  return settleOpen({ ledger, clock, queue: queueOf(auditInstanceFound) }, audits);
}

function settleHosts(
  { ledger, clock, queueOf }: SettleDeps,
  { project, provider, unless }: Asking,
): Promise<SettledInstances> {
  const hosts: Open<Host> = {
    record: hostRecord,
    all: hostsOf(ledger, project.name),
    message: ({ project: name, host_id, work }) =>
      hostFound.create({ project: name, host_id, attempt: work.attempt }),
    confirm: async (accepted) => {
      const unreadable: UnreadableItem[] = [];
      const listed = await Array.fromAsync(
        provider.listProtectedHosts.all({}, { unreadable: (item) => unreadable.push(item) }),
      ).catch(unless);
      if (!listed) return new Map();
      const serverOf = new Map(listed.map((host) => [host.host_id, host.backup_host_id ?? undefined]));
      const known = accepted.filter(
        ({ host_id }) => serverOf.has(host_id) || !mayBeAmong(unreadable, host_id),
      );
      return new Map(known.map((host) => [host, confirmHost(host, serverOf.get(host.host_id), clock.now())]));
    },
  };
  return settleOpen({ ledger, clock, queue: queueOf(hostFound) }, hosts);
}

/** One run asks for so many: the rate budget and the function's time allow no more. */
const mostAsked = 150;
const run_ms = 5 * 60_000;

/** Those whose turn it is, when there are more than one run can ask for. */
function inTurn<Value>(values: readonly Value[], now_ms: number): readonly Value[] {
  if (values.length <= mostAsked) return values;
  const from = (Math.floor(now_ms / run_ms) * mostAsked) % values.length;
  return [...values.slice(from), ...values.slice(0, from)].slice(0, mostAsked);
}

export const implementation = implement(definition, settleInstances);
