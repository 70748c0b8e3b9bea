import { Agent } from "undici";
import { checkpointDue } from "../../events/checkpoint-due.ts";
import { createCheckpointFor } from "../../functions/create-checkpoint/job.ts";
import { operations as createOperations } from "../../functions/create-checkpoint/operations.ts";
import { planCheckpoints } from "../../functions/plan-checkpoints/job.ts";
import { operations as planOperations } from "../../functions/plan-checkpoints/operations.ts";
import { settleCheckpoints } from "../../functions/settle-checkpoints/job.ts";
import { operations as settleOperations } from "../../functions/settle-checkpoints/operations.ts";
import { createDemoWorld, type DemoOptions } from "../../infra/local/provider/demo/demo.ts";
import type { FaultPlan } from "../../infra/local/provider/faults.ts";
import { startProvider } from "../../infra/local/provider/server.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import type { Dispatch } from "../../shared/api/exchange.ts";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { slotsOfNight } from "../../shared/checkpoints/slot.ts";
import { parseEstate } from "../../shared/estate/check.ts";
import type { EstateInput } from "../../shared/estate/estate.ts";
import { roles } from "../../shared/estate/secrets.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { type Clock, systemClock } from "../../shared/runtime/clock.ts";
import { inParallel } from "../../shared/runtime/parallel.ts";
import type { Notification } from "../../shared/runtime/publisher.ts";
import { systemRandom } from "../../shared/runtime/random.ts";
import { leaseTerms } from "../../shared/work/lease.ts";
import type { Mortal } from "./mortal.ts";

export const due = "2026-11-21T01:00:00Z";

export interface NightOptions {
  readonly vaults: number;
  readonly faults?: FaultPlan;
  readonly settings?: DemoOptions["settings"];
}

/**
 * A night in the hands of a test: the real jobs and the real client over a real socket to the stand-in cloud, with a
 * ledger in memory, a list for a queue, and a clock that only the test moves.
 */
export async function nightOverHttp({ vaults, faults, settings }: NightOptions) {
  let now_ms = Date.parse(due);
  // Pauses and deadlines pass twenty times as fast as they say; the night itself only when the test says so.
  const after: Clock["after"] = (delay_ms, callback) => systemClock.after(delay_ms / 20, callback);
  const clock: Clock = { now: () => now_ms, wall: systemClock.wall, after };
  const demo = createDemoWorld({ seed: 7, now_ms: now_ms - 60_000, vaults, settings });
  const cloud = createCloud({ world: demo.world, clock, seed: 7, faults });
  const server = await startProvider({ cloud, port: 0 });
  const agent = new Agent({ connections: 32 });
  const { project, roles: credentials } = demo.identities;
  const estate = parseEstate(estateFor({ url: server.url, project }), now_ms);

  const ledger = memoryLedger(clock.now);
  const messages: Message[] = [];
  const notifications: Notification[] = [];
  const queue = { send: async (sent: readonly Message[]) => void messages.push(...sent) };
  const publisher = { notify: async (notification: Notification) => void notifications.push(notification) };

  const connect = <Table extends Readonly<Record<string, AnyOperation>>>(
    table: Table,
    role: "observe" | "checkpoint",
    dispatcher: Dispatch = agent,
  ) => {
    const connection = {
      project: { id: project.id, domain_id: project.domain_id },
      endpoints: () => server.url,
      dispatcher,
      clock,
      random: systemRandom,
    };
    const { ak, sk } = credentials[role];
    return createClient(table, {
      ...connection,
      authenticator: authenticatorFor({ kind: "aksk", ak, sk }, connection),
    });
  };
  const planClient = connect(planOperations, "observe");
  const createClientOf = connect(createOperations, "checkpoint");
  const settleClient = connect(settleOperations, "observe");

  return {
    demo,
    cloud,
    ledger,
    messages,
    notifications,
    later: (ms: number) => {
      now_ms += ms;
    },
    plan: () =>
      planCheckpoints(
        { project: "demo", rule: "nightly", scheduled_at: due },
        { estate, ledger, queue, clock, provider: async () => planClient },
      ),
    /** Delivers one message to a function that dies at its n-th moment; tells whether it lived that long. */
    deliverTo: async (mortal: Mortal, { body }: Message): Promise<"died" | "lived"> => {
      const job = createCheckpointFor(checkpointDue.parse(body), {
        ledger: mortal.ledger(ledger),
        clock,
        invocation: systemRandom.id(),
        lease: leaseTerms,
        provider: connect(createOperations, "checkpoint", mortal.dispatcher(agent)),
      });
      return Promise.race([mortal.died, job.then(() => "lived" as const)]);
    },
    /** Delivers every message that waits, `times` times each, `width` at once. */
    deliver: async ({ times = 1, width = 32 } = {}) => {
      const waiting = messages.splice(0);
      const deliveries = Array.from({ length: times }, () => waiting).flat();
      return inParallel(deliveries, width, ({ body }) =>
        createCheckpointFor(checkpointDue.parse(body), {
          ledger,
          clock,
          invocation: systemRandom.id(),
          lease: leaseTerms,
          provider: createClientOf,
        }),
      );
    },
    settle: () =>
      settleCheckpoints({
        estate,
        ledger,
        queue,
        publisher,
        clock,
        provider: async () => settleClient,
        report: (_, error) => {
          throw error;
        },
      }),
    slots: async () =>
      (await Array.fromAsync(slotsOfNight(ledger, { project: "demo", scheduled_at: due }))).map(
        ({ value }) => value,
      ),
    /** Calls by operation, all answers together. */
    calls: () =>
      Object.fromEntries(
        Object.entries(cloud.calls.counts()).map(([operation, byStatus]) => [
          operation,
          Object.values(byStatus).reduce((sum, count) => sum + count, 0),
        ]),
      ),
    close: async () => {
      await agent.close();
      await server.close();
    },
  };
}

function estateFor({
  url,
  project,
}: {
  url: string;
  project: { id: string; domain_id: string };
}): EstateInput {
  return {
    name: "test",
    projects: [
      {
        name: "demo",
        region: "eu-de",
        project_id: project.id,
        account_id: project.domain_id,
        endpoints: { cbr: url, iam: url, dbss: url, hss: url, koophone: url },
        time_zone: "UTC",
        secrets: Object.fromEntries(roles.map((role) => [role, `demo/${role}`])) as Record<
          (typeof roles)[number],
          string
        >,
        checkpoints: [
          {
            name: "nightly",
            select: { tags: { all: ["backup=nightly"] } },
            schedule: { cron: "0 1 * * *" },
            deadline_minutes: 240,
            recovery_point_objective_hours: 26,
          },
        ],
      },
    ],
  };
}
