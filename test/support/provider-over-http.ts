import { Agent } from "undici";
import type { DemoIdentities } from "../../infra/local/provider/demo/identities.ts";
import type { FaultPlan } from "../../infra/local/provider/faults.ts";
import { startProvider } from "../../infra/local/provider/server.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import type { World } from "../../infra/local/provider/world/world.ts";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import type { Dispatch } from "../../shared/api/exchange.ts";
import type { AnyOperation } from "../../shared/api/operation.ts";
import { type Clock, systemClock } from "../../shared/core/clock.ts";
import { systemRandom } from "../../shared/core/random.ts";
import type { EstateInput } from "../../shared/estate/estate.ts";
import type { Role } from "../../shared/estate/secrets.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Notification } from "../../shared/publish/publisher.ts";
import type { Message } from "../../shared/queue/queue.ts";

interface ProviderOptions {
  /** Where the test's clock begins; only the test moves it. */
  readonly now_ms: number;
  /** Pauses and deadlines pass so many times as fast as they say. */
  readonly speed: number;
  readonly world: World;
  readonly identities: DemoIdentities;
  readonly seed: number;
  readonly faults?: FaultPlan | undefined;
  readonly connections: number;
}

/**
 * A stand-in cloud behind a real socket, and what a job needs to work with it: the real client in any role, a ledger in
 * memory, lists for a queue and a topic, and a clock that only the test moves.
 */
export async function providerOverHttp({
  now_ms,
  speed,
  world,
  identities,
  seed,
  faults,
  connections,
}: ProviderOptions) {
  let at_ms = now_ms;
  const after: Clock["after"] = (delay_ms, callback) => systemClock.after(delay_ms / speed, callback);
  const clock: Clock = { now: () => at_ms, wall: systemClock.wall, after };
  const cloud = createCloud({ world, clock, seed, faults });
  const server = await startProvider({ cloud, port: 0 });
  const agent = new Agent({ connections });
  const { project, roles } = identities;
  const messages: Message[] = [];
  const notifications: Notification[] = [];
  const queue = { send: async (sent: readonly Message[]) => void messages.push(...sent) };
  const publisher = { notify: async (notification: Notification) => void notifications.push(notification) };
  return {
    ...{ cloud, clock, agent, messages, notifications, queue, publisher },
    url: server.url,
    ledger: memoryLedger(clock.now),
    connect: <Table extends Readonly<Record<string, AnyOperation>>>(
      table: Table,
      role: Role,
      dispatcher: Dispatch = agent,
    ) => {
      const { ak, sk } = roles[role];
      const connection = {
        project: { id: project.id, domain_id: project.domain_id },
        endpoints: () => server.url,
        ...{ dispatcher, clock, random: systemRandom },
      };
      const authenticator = authenticatorFor({ kind: "aksk", ak, sk }, connection);
      return createClient(table, { ...connection, authenticator });
    },
    later: (ms: number) => {
      at_ms += ms;
    },
    /** Calls by operation, all answers together. */
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

/** The estate of one project, `demo`, at that cloud; its rule for every night, and whatever else it says. */
export function estateAt(
  url: string,
  { id, domain_id }: { readonly id: string; readonly domain_id: string },
  more: Partial<EstateInput["projects"][number]> = {},
): EstateInput {
  const secret = (role: Role) => `demo/${role}`;
  return {
    name: "test",
    projects: [
      {
        name: "demo",
        region: "eu-de",
        project_id: id,
        account_id: domain_id,
        endpoints: { cbr: url, iam: url, dbss: url, hss: url, koophone: url },
        timezone: "UTC",
        secrets: {
          observe: secret("observe"),
          checkpoint: secret("checkpoint"),
          prune: secret("prune"),
          instances: secret("instances"),
        },
        checkpoints: [nightly],
        ...more,
      },
    ],
  };
}

export const nightly = {
  name: "nightly",
  select: { tags: { all: ["backup=nightly"] } },
  schedule: { cron: "0 1 * * *" },
  deadline_minutes: 240,
  recovery_point_objective_hours: 26,
};
