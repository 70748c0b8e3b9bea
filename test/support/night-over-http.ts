import { checkpointDue } from "../../events/checkpoint-due.ts";
import { definition as creating } from "../../functions/create-checkpoint/definition.ts";
import { createCheckpointFor } from "../../functions/create-checkpoint/job.ts";
import { definition as planning } from "../../functions/plan-checkpoints/definition.ts";
import { planCheckpoints } from "../../functions/plan-checkpoints/job.ts";
import { definition as settling } from "../../functions/settle-checkpoints/definition.ts";
import { settleCheckpoints } from "../../functions/settle-checkpoints/job.ts";
import { createDemoWorld, type DemoOptions } from "../../infra/local/provider/demo/demo.ts";
import type { FaultPlan } from "../../infra/local/provider/faults.ts";
import { planNight } from "../../shared/checkpoints/plan-night.ts";
import { slotsOfNight } from "../../shared/checkpoints/slot.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import { parseEstate } from "../../shared/estate/check.ts";
import type { CheckpointRule, Estate } from "../../shared/estate/estate.ts";
import type { Measure } from "../../shared/lambda/measures.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { durableNotifier } from "../../shared/work/undelivered.ts";
import { jobDeps } from "./job-deps.ts";
import type { Mortal } from "./mortal.ts";
import { estateAt, providerOverHttp } from "./provider-over-http.ts";

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
  const now_ms = Date.parse(due);
  const demo = createDemoWorld({ seed: 7, now_ms: now_ms - 60_000, vaults, settings });
  const { world, identities } = demo;
  const provider = await providerOverHttp({
    ...{ now_ms, world, identities, faults },
    // Pauses and deadlines pass twenty times as fast as they say; the night itself only when the test says so.
    ...{ speed: 20, seed: 7, connections: 32 },
  });
  const { clock, agent, ledger, queue, publisher, connect, messages } = provider;
  const deployment = "test";
  const estate = parseEstate(estateAt(provider.url, identities.project), now_ms);
  const planClient = connect(planning.provider.operations, "observe");
  const createClientOf = connect(creating.provider.operations, "checkpoint");
  const measures: Measure[] = [];
  const settleClient = connect(settling.provider.operations, "observe");

  const queueOf = () => queue;

  return {
    ...provider,
    demo,
    estate,
    /** What settling has measured so far. */
    measures,
    /** The same night, planned late by a deployment that has a ledger of its own, and worked off; its slots. */
    plannedBeside: async (deployment: string) => {
      const own = memoryLedger(clock.now);
      const sent: Message[] = [];
      const [project] = estate.projects;
      const [rule] = project?.checkpoints ?? [];
      if (!project || !rule) throw new Error("the estate has no rule");
      await planNight(
        {
          ...{ ledger: own, clock, deployment },
          vaults: (unreadable) => planClient.listVaults.all({}, { unreadable }),
          queue: { send: async (messages) => void sent.push(...messages) },
        },
        { project, rule, scheduled_at: due, late: true },
      );
      for (const { body } of sent) {
        await createCheckpointFor(checkpointDue.parse(body), {
          ...{ ...jobDeps({ clock, estate }), ledger: own },
          provider: async () => createClientOf,
        });
      }
      return slotsIn(own);
    },
    /** Plans the night of a rule, with other rules of the project where they were edited since. */
    plan: (rule = "nightly", checkpoints?: readonly CheckpointRule[]) =>
      planCheckpoints(
        { project: "demo", rule, scheduled_at: due },
        {
          ...jobDeps({ clock, estate: checkpoints ? withRules(estate, checkpoints) : estate }),
          ...{ ledger, queueOf, deployment, provider: async () => planClient },
        },
      ),
    /** Delivers one message to a function that dies at its n-th moment; tells whether it lived that long. */
    deliverTo: async (mortal: Mortal, { body }: Message): Promise<"died" | "lived"> => {
      const job = createCheckpointFor(checkpointDue.parse(body), {
        ...jobDeps({ clock, estate }),
        ledger: mortal.ledger(ledger),
        provider: async () => connect(creating.provider.operations, "checkpoint", mortal.dispatcher(agent)),
      });
      return Promise.race([mortal.died, job.then(() => "lived" as const)]);
    },
    /** Delivers every message that waits, `times` times each, `width` at once. */
    deliver: async ({ times = 1, width = 32 } = {}) => {
      const waiting = messages.splice(0);
      const deliveries = Array.from({ length: times }, () => waiting).flat();
      return inParallel(deliveries, width, ({ body }) =>
        createCheckpointFor(checkpointDue.parse(body), {
          ...jobDeps({ clock, estate }),
          ledger,
          provider: async () => createClientOf,
        }),
      );
    },
    /** Settles, with other rules of the project where they were edited since. */
    settle: (checkpoints?: readonly CheckpointRule[]) =>
      settleCheckpoints(
        { scheduled_at: due },
        {
          ...jobDeps({ clock, estate: checkpoints ? withRules(estate, checkpoints) : estate }),
          ...{ ledger, queueOf, deployment },
          publisher: durableNotifier({ ledger, clock, topic: publisher, report: () => undefined }),
          measureNow: (taken) => void measures.push(...taken),
          provider: async () => settleClient,
        },
      ),
    slots: () => slotsIn(ledger),
  };
}

const slotsIn = async (ledger: Ledger) =>
  (await Array.fromAsync(slotsOfNight(ledger, { project: "demo", scheduled_at: due }))).map(
    ({ value }) => value,
  );

const withRules = (estate: Estate, checkpoints: readonly CheckpointRule[]): Estate => ({
  ...estate,
  projects: estate.projects.map((project) => ({ ...project, checkpoints: [...checkpoints] })),
});
