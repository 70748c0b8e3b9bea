import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import type { EventDefinition } from "../../events/define.ts";
import { hostFound } from "../../events/host-found.ts";
import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { definition as backingUp } from "../../functions/back-up-phones/definition.ts";
import { backUpPhones } from "../../functions/back-up-phones/job.ts";
import { definition as enablingAudits } from "../../functions/enable-audit-backup/definition.ts";
import { enableAuditBackup } from "../../functions/enable-audit-backup/job.ts";
import { definition as enablingHosts } from "../../functions/enable-remote-backup/definition.ts";
import { enableRemoteBackups } from "../../functions/enable-remote-backup/job.ts";
import { definition as settlingInstances } from "../../functions/settle-instances/definition.ts";
import { settleInstances } from "../../functions/settle-instances/job.ts";
import { definition as settlingPhones } from "../../functions/settle-phones/definition.ts";
import { settlePhones } from "../../functions/settle-phones/job.ts";
import { createDemoWorld, type DemoOptions } from "../../infra/local/provider/demo/demo.ts";
import type { FaultPlan } from "../../infra/local/provider/faults.ts";
import type { Limits } from "../../infra/local/provider/limits.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import { roleActions } from "../../infra/tools/docs/provider-policies.ts";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { systemRandom } from "../../shared/core/random.ts";
import { parseEstate } from "../../shared/estate/check.ts";
import type { Estate, EstateInput, Project } from "../../shared/estate/estate.ts";
import { projectOf } from "../../shared/estate/find.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Notification } from "../../shared/publish/publisher.ts";
import type { Message, Queue } from "../../shared/queue/queue.ts";
import { ledgerBudget } from "../../shared/rate/budget.ts";
import { inProcess } from "../support/in-process.ts";
import { jobDeps } from "../support/job-deps.ts";
import { type VirtualClock, virtualClock } from "../support/virtual-clock.ts";

export const start = "2026-11-21T01:00:00Z";
export const minutes = (n: number) => n * 60_000;

type ProjectInput = EstateInput["projects"][number];

export interface InstancesOptions {
  readonly faults?: FaultPlan;
  readonly limits?: Limits;
  /** How fast the provider works. */
  readonly settings?: DemoOptions["settings"];
  readonly instances?: ProjectInput["instances"];
  readonly policies?: ProjectInput["policies"];
  readonly rates?: ProjectInput["rates"];
  /** Stands between the jobs and the ledger in memory. */
  readonly ledger?: (inner: Ledger) => Ledger;
}

/**
 * The demo estate's instances in the hands of a test: the real jobs and the real client under their roles' policies, the
 * stand-in cloud without sockets, a ledger in memory, lists for queues, and a clock that jumps.
 */
export function instancesCloud(options: InstancesOptions = {}) {
  const { faults, limits, instances, policies, rates, settings } = options;
  const clock: VirtualClock = virtualClock(Date.parse(start));
  const actions = roleActions();
  const demo = createDemoWorld({ seed: 7, now_ms: clock.now() - minutes(1), vaults: 6, actions, settings });
  const cloud = createCloud({ world: demo.world, clock, seed: 7, faults, limits });
  const { project: place, roles } = demo.identities;
  const estate = parseEstate(estateFor(place, { instances, policies, rates }), clock.now());
  const project = projectOf(estate, "demo");

  const ledger = (options.ledger ?? ((inner) => inner))(memoryLedger(clock.now));
  const notifications: Notification[] = [];
  const publisher = { notify: async (one: Notification) => void notifications.push(one) };
  const queues = { audit: [] as Message[], host: [] as Message[], release: [] as Message[] };
  const queueOfMessages = (messages: Message[]): Queue => ({
    send: async (sent) => void messages.push(...sent),
  });

  const connect = <Table extends Readonly<Record<string, AnyOperation>>>(
    table: Table,
    role: "observe" | "instances",
    maximumWait_ms = 60_000,
  ) => {
    const connection = {
      project: { id: place.id, domain_id: place.domain_id, region: "eu-de" },
      endpoints: () => "http://127.0.0.1",
      dispatcher: inProcess(cloud),
      clock,
      random: systemRandom,
      budget: ledgerBudget({
        ...{ ledger, clock, random: systemRandom, maximumWait_ms },
        project: project.name,
        rates: project.rates,
      }),
    };
    const { ak, sk } = roles[role];
    const authenticator = authenticatorFor({ kind: "aksk", ak, sk }, connection);
    return async (_project: Project, signal?: AbortSignal) =>
      createClient(table, { ...connection, authenticator, signal });
  };
  const problems: unknown[] = [];
  const report = (_: Project, error: unknown) => void problems.push(error);
  const queueOf = ({ name }: { readonly name: string }) =>
    queueOfMessages(
      name === hostFound.name
        ? queues.host
        : name === auditInstanceFound.name
          ? queues.audit
          : queues.release,
    );
  /** Of a new invocation each time. */
  const common = () => ({ ...jobDeps({ clock, estate }), ledger, publisher, queueOf, report });
  const take = <Name extends string, Schema extends import("zod").ZodType>(
    messages: Message[],
    event: EventDefinition<Name, Schema>,
    most = Number.POSITIVE_INFINITY,
  ) => messages.splice(0, Math.min(most, messages.length)).map(({ body }) => event.parse(body));

  return {
    clock,
    demo,
    cloud,
    ledger,
    estate: estate satisfies Estate,
    project,
    notifications,
    queues,
    problems,
    connect,
    common,
    publisher,
    auditQueue: queueOfMessages(queues.audit),
    hostQueue: queueOfMessages(queues.host),
    releaseQueue: queueOfMessages(queues.release),
    /** Delivers every audit message that waits. */
    deliverAudits: async () => {
      const provider = connect(enablingAudits.provider.operations, "instances", 10_000);
      const done = [];
      for (const found of take(queues.audit, auditInstanceFound)) {
        done.push(await clock.run(enableAuditBackup(found, { ...common(), provider })));
      }
      return done;
    },
    /** Delivers every host message that waits, to a function that is cut off after `time_ms`. */
    deliverHosts: async (time_ms = minutes(4.9)) => {
      const cut = new AbortController();
      const cancel = clock.after(time_ms, () => cut.abort());
      const { signal } = cut;
      const provider = connect(enablingHosts.provider.operations, "instances", 120_000);
      const job = enableRemoteBackups(take(queues.host, hostFound), {
        ...common(),
        signal,
        provider: (each) => provider(each, signal),
      });
      return clock.run(job.finally(cancel));
    },
    deliverReleases: async (most?: number) =>
      clock.run(
        backUpPhones(take(queues.release, phoneReleaseRequested, most), {
          ...common(),
          provider: connect(backingUp.provider.operations, "instances", 10_000),
        }),
      ),
    settleInstances: async () =>
      clock.run(
        settleInstances(
          { scheduled_at: start },
          { ...common(), provider: connect(settlingInstances.provider.operations, "observe") },
        ),
      ),
    settlePhones: async () =>
      clock.run(
        settlePhones(
          { scheduled_at: start },
          { ...common(), provider: connect(settlingPhones.provider.operations, "observe") },
        ),
      ),
  };
}

export type InstancesCloud = ReturnType<typeof instancesCloud>;

function estateFor(
  place: { readonly id: string; readonly domain_id: string },
  rest: Pick<InstancesOptions, "instances" | "policies" | "rates">,
): EstateInput {
  return {
    name: "test",
    projects: [
      {
        name: "demo",
        region: "eu-de",
        project_id: place.id,
        account_id: place.domain_id,
        timezone: "Europe/Berlin",
        secrets: { observe: "o", checkpoint: "c", prune: "p", instances: "i" },
        checkpoints: [
          {
            name: "nightly",
            select: { name_pattern: "*" },
            schedule: { cron: "0 1 * * *" },
            deadline_minutes: 240,
            recovery_point_objective_hours: 26,
          },
        ],
        instances: rest.instances,
        policies: rest.policies,
        rates: rest.rates,
      },
    ],
  };
}
