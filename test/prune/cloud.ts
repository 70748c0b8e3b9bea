import type * as z from "zod";
import type { pruneDue } from "../../events/prune-due.ts";
import { pruneVaultDue } from "../../events/prune-vault-due.ts";
import { definition as planning } from "../../functions/plan-prune/definition.ts";
import { planPrune } from "../../functions/plan-prune/job.ts";
import { definition as pruning } from "../../functions/prune-vault/definition.ts";
import { type Pruned, pruneVault } from "../../functions/prune-vault/job.ts";
import { addIdentities } from "../../infra/local/provider/demo/identities.ts";
import type { FaultPlan } from "../../infra/local/provider/faults.ts";
import { createWorld } from "../../infra/local/provider/world/world.ts";
import type { Dispatch } from "../../shared/api/exchange.ts";
import { parseEstate } from "../../shared/estate/check.ts";
import type { projectPruneSchema, rulePruneSchema } from "../../shared/estate/prune.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { jobDeps } from "../support/job-deps.ts";
import { estateAt, nightly, providerOverHttp } from "../support/provider-over-http.ts";

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
  // A world without the provider's own expiry: whatever goes, we have deleted.
  const world = createWorld({ seed: 11, now_ms: now_ms - hours(1) });
  const identities = addIdentities(world, {});
  const provider = await providerOverHttp({
    ...{ now_ms, speed, world, identities, faults },
    ...{ seed: 11, connections: 16 },
  });
  const { clock, ledger, queue, publisher, connect, messages } = provider;
  const estateWith = (changes: Pick<CloudOptions, "rule" | "project">) =>
    parseEstate(
      estateAt(provider.url, identities.project, {
        prune: { schedule: { cron: "0 9 * * *" }, mode: "delete", ...project, ...changes.project },
        checkpoints: [
          {
            ...nightly,
            recovery_point_objective_hours: objective_hours,
            prune: { retention: { max_backups: 3 }, largest_share: 1, ...rule, ...changes.rule },
          },
        ],
      }),
      now_ms,
    );
  let estate = estateWith({});
  const later = (ms: number) => {
    provider.later(ms);
    world.advance(clock.now());
  };
  const planClient = connect(planning.provider.operations, "observe");
  const pruneClient = connect(pruning.provider.operations, "prune");

  const queueOf = () => queue;

  const deliver = (
    { body }: Message,
    changes: { ledger?: Ledger; dispatcher?: Dispatch; signal?: AbortSignal } = {},
  ): Promise<Pruned> =>
    pruneVault(pruneVaultDue.parse(body), {
      ...{ ...jobDeps({ clock, estate }), queueOf, publisher },
      ledger: changes.ledger ?? ledger,
      provider: async () =>
        changes.dispatcher ? connect(pruning.provider.operations, "prune", changes.dispatcher) : pruneClient,
      signal: changes.signal ?? new AbortController().signal,
    });

  return {
    ...provider,
    ...{ world, identities, deliver, later },
    get estate() {
      return estate;
    },
    /** Deploys another estate: whatever begins from now on has it. */
    deploy: (changes: Pick<CloudOptions, "rule" | "project">) => {
      estate = estateWith(changes);
    },
    plan: (scheduled_at: ReturnType<typeof pruneDue.parse>["scheduled_at"] = morning) =>
      planPrune(
        { project: "demo", scheduled_at },
        { ...jobDeps({ clock, estate }), ledger, queueOf, provider: async () => planClient },
      ),
    /** Delivers what waits until nothing does; returns what became of each message. */
    drain: async (): Promise<Pruned[]> => {
      const results: Pruned[] = [];
      for (let message = messages.shift(); message; message = messages.shift()) {
        later((message.delay_s ?? 0) * 1000);
        results.push(await deliver(message));
      }
      return results;
    },
  };
}

export type PruningCloud = Awaited<ReturnType<typeof pruningCloud>>;
