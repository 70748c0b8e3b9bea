import { Agent } from "undici";
import type * as z from "zod";
import type { pruneDue } from "../../events/prune-due.ts";
import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { planPrune } from "../../functions/plan-prune/job.ts";
import { operations as planOperations } from "../../functions/plan-prune/operations.ts";
import { type Pruned, pruneVault } from "../../functions/prune-vault/job.ts";
import { operations as pruneOperations } from "../../functions/prune-vault/operations.ts";
import { addIdentities } from "../../infra/local/provider/demo/identities.ts";
import type { FaultPlan } from "../../infra/local/provider/faults.ts";
import { startProvider } from "../../infra/local/provider/server.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import { createWorld } from "../../infra/local/provider/world/world.ts";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import type { Dispatch } from "../../shared/api/exchange.ts";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { parseEstate } from "../../shared/estate/check.ts";
import type { EstateInput } from "../../shared/estate/estate.ts";
import type { projectPruneSchema, rulePruneSchema } from "../../shared/estate/prune.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { type Clock, systemClock } from "../../shared/runtime/clock.ts";
import type { Notification } from "../../shared/runtime/publisher.ts";
import { systemRandom } from "../../shared/runtime/random.ts";

export const morning = "2026-11-21T09:00:00Z";
export const now_ms = Date.parse(morning);
export const hours = (n: number) => n * 3_600_000;
export const days = (n: number) => n * 86_400_000;

export interface CloudOptions {
  readonly faults?: FaultPlan;
  readonly rule?: Partial<z.input<typeof rulePruneSchema>> | undefined;
  readonly project?: Partial<z.input<typeof projectPruneSchema>> | undefined;
  /** Pauses and deadlines pass so many times as fast as they say. */
  readonly speed?: number;
}

export const objective_hours = 26;

/**
 * A morning of pruning in the hands of a test: the real jobs and the real client over a real socket to the stand-in
 * cloud, with a ledger in memory, a list for a queue, and a clock that only the test moves.
 */
export async function pruningCloud({ faults, rule, project, speed = 20 }: CloudOptions = {}) {
  let at_ms = now_ms;
  const after: Clock["after"] = (delay_ms, callback) => systemClock.after(delay_ms / speed, callback);
  const clock: Clock = { now: () => at_ms, wall: systemClock.wall, after };
  // A world without the provider's own expiry: whatever goes, we have deleted.
  const world = createWorld({ seed: 11, now_ms: now_ms - hours(1) });
  const identities = addIdentities(world, {});
  const cloud = createCloud({ world, clock, seed: 11, faults });
  const server = await startProvider({ cloud, port: 0 });
  const agent = new Agent({ connections: 16 });
  const estate = parseEstate(estateFor(server.url, identities.project, { rule, project }), now_ms);

  const ledger = memoryLedger(clock.now);
  const messages: Message[] = [];
  const notifications: Notification[] = [];
  const queue = { send: async (sent: readonly Message[]) => void messages.push(...sent) };
  const publisher = { notify: async (notification: Notification) => void notifications.push(notification) };
  const connect = <Table extends Readonly<Record<string, AnyOperation>>>(
    table: Table,
    role: "observe" | "prune",
    dispatcher: Dispatch = agent,
  ) => {
    const { ak, sk } = identities.roles[role];
    const connection = {
      project: { id: identities.project.id, domain_id: identities.project.domain_id },
      endpoints: () => server.url,
      ...{ dispatcher, clock, random: systemRandom },
    };
    const authenticator = authenticatorFor({ kind: "aksk", ak, sk }, connection);
    return createClient(table, { ...connection, authenticator });
  };
  const planClient = connect(planOperations, "observe");
  const pruneClient = connect(pruneOperations, "prune");

  const deliver = (
    { body }: Message,
    changes: { ledger?: Ledger; dispatcher?: Dispatch; signal?: AbortSignal } = {},
  ): Promise<Pruned> =>
    pruneVault(pruneVaultDue.parse(body), {
      ...{ estate, queue, clock, publisher, invocation: systemRandom.id() },
      ledger: changes.ledger ?? ledger,
      provider: changes.dispatcher ? connect(pruneOperations, "prune", changes.dispatcher) : pruneClient,
      signal: changes.signal ?? new AbortController().signal,
    });

  return {
    ...{
      world,
      identities,
      cloud,
      estate,
      ledger,
      messages,
      notifications,
      queue,
      clock,
      agent,
    },
    ...{ deliver, connect, url: server.url },
    later: (ms: number) => {
      at_ms += ms;
      world.advance(at_ms);
    },
    plan: (scheduled_at: ReturnType<typeof pruneDue.parse>["scheduled_at"] = morning) =>
      planPrune(
        { project: "demo", scheduled_at },
        { estate, ledger, queue, clock, provider: async () => planClient },
      ),
    /** Delivers what waits until nothing does; returns what became of each message. */
    drain: async (): Promise<Pruned[]> => {
      const results: Pruned[] = [];
      for (let message = messages.shift(); message; message = messages.shift()) {
        at_ms += (message.delay_s ?? 0) * 1000;
        world.advance(at_ms);
        results.push(await deliver(message));
      }
      return results;
    },
    calls: () =>
      Object.fromEntries(
        Object.entries(cloud.calls.counts()).map(([operation, byStatus]) => [
          operation,
          Object.values(byStatus).reduce((sum, count) => sum + count, 0),
        ]),
      ),
    close: async () => {
      await agent.destroy();
      await server.close();
    },
  };
}

export type PruningCloud = Awaited<ReturnType<typeof pruningCloud>>;

function estateFor(
  url: string,
  { id, domain_id }: { readonly id: string; readonly domain_id: string },
  { rule, project }: Pick<CloudOptions, "rule" | "project">,
): EstateInput {
  return {
    name: "test",
    projects: [
      {
        name: "demo",
        region: "eu-de",
        project_id: id,
        account_id: domain_id,
        endpoints: { cbr: url, iam: url, dbss: url, hss: url, koophone: url },
        time_zone: "UTC",
        secrets: {
          observe: "demo/observe",
          checkpoint: "demo/checkpoint",
          prune: "demo/prune",
          instances: "demo/instances",
        },
        prune: { schedule: { cron: "0 9 * * *" }, mode: "delete", ...project },
        checkpoints: [
          {
            name: "nightly",
            select: { tags: { all: ["backup=nightly"] } },
            schedule: { cron: "0 1 * * *" },
            deadline_minutes: 240,
            recovery_point_objective_hours: objective_hours,
            prune: { retention: { max_backups: 3 }, largest_share: 1, ...rule },
          },
        ],
      },
    ],
  };
}
