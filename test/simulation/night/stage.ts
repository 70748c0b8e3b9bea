import { queueFor } from "../../../functions/all.ts";
import { type SeededRandom, seededRandom } from "../../../infra/local/provider/world/random.ts";
import { authenticatorFor } from "../../../shared/api/authentication.ts";
import { createClient } from "../../../shared/api/client.ts";
import type { Connection } from "../../../shared/api/connection.ts";
import { parseCredential } from "../../../shared/api/credential.ts";
import { once } from "../../../shared/core/parallel.ts";
import type { Estate, Project } from "../../../shared/estate/estate.ts";
import type { ProviderUse } from "../../../shared/lambda/definition.ts";
import type { Platform } from "../../../shared/lambda/deps.ts";
import type { Measure } from "../../../shared/lambda/measures.ts";
import type { Queue } from "../../../shared/queue/queue.ts";
import { ledgerBudget } from "../../../shared/rate/budget.ts";
import { limitedBudget } from "../../../shared/rate/limited.ts";
import { durableNotifier } from "../../../shared/work/undelivered.ts";
import type { Container } from "../models/container.ts";
import { dice, type Faults } from "../models/dice.ts";
import { calm, type FaultProfile } from "../models/fault-profile.ts";
import { type Functions, simulatedFunctions } from "../models/functions.ts";
import { createJournal, type Journal } from "../models/journal.ts";
import { type SimulatedLedger, simulatedLedger } from "../models/ledger.ts";
import { type MappingOptions, simulatedMapping } from "../models/mapping.ts";
import { type SimulatedTopic, simulatedTopic } from "../models/notifier.ts";
import { oddities } from "../models/oddities.ts";
import { ask } from "../models/outside.ts";
import { withSmallPages } from "../models/paging.ts";
import { type SimulatedQueue, simulatedQueue } from "../models/queue.ts";
import { type ScheduleOptions, simulateSchedule } from "../models/schedule.ts";
import { type VirtualTime, virtualTime } from "../models/time.ts";
import { type Gateway, type SentRequest, simulatedWire, type WireListener } from "../models/wire.ts";
import type { Account } from "./account.ts";
import { type Disruptions, gatewayAnswer, openDisruptions } from "./disruptions.ts";
import { type Draws, drawsOf, mix } from "./world.ts";

/** What all deployments share: the time, the provider's accounts, and what goes wrong. */
interface Site {
  readonly time: VirtualTime;
  readonly journal: Journal;
  readonly accounts: readonly Account[];
  /** One stream for each thing that is drawn, for each whom and when. */
  readonly draws: Draws;
  /** The generation of the world that is played. */
  readonly world: number;
  readonly start_ms: number;
  /** When the last day ends. */
  readonly end_ms: number;
  readonly faults: Faults;
  /** What people did, and to whom. */
  readonly disturbances: { readonly at_ms: number; readonly about: string }[];
  /** Ids of the backups that people have deleted themselves, and of the resources that these were of. */
  readonly deletedByHand: { readonly backups: Set<string>; readonly resources: Set<string> };
  /** What goes wrong for whole projects. */
  readonly disruptions: Disruptions;
  readonly conditions: {
    faultProfile: FaultProfile;
    /** The share of calls that are answered oddly. */
    oddAnswers: number;
    /** From then on nothing goes wrong any more. */
    calmSince_ms: number;
  };
}

interface Deployment {
  /** Empty for the first. */
  readonly name: string;
  readonly seed: number;
  readonly estate: Estate;
}

/** Everything outside the handlers of one deployment, on one virtual time, from one seed. */
export interface Stage extends Site {
  /** Which of the deployments it is; empty for the first. */
  readonly deployment: string;
  /** Another deployment, which looks after the same accounts and knows nothing of this one. */
  beside(name: string, estate: Estate): Stage;
  /** What is deployed now. */
  readonly estate: Estate;
  /** Deploys another estate: functions that begin from now on have it, those that run keep theirs. */
  deploy(estate: Estate): void;
  /** Called after each deployment. */
  readonly deployments: (() => void)[];
  readonly ledger: SimulatedLedger;
  readonly topic: SimulatedTopic;
  readonly functions: Functions;
  readonly queues: ReadonlyMap<string, SimulatedQueue>;
  /** How many items a page of a list has at most. */
  readonly page_items: number;
  /** A stream of chance of its own. */
  random(name: string): SeededRandom;
  /** What the functions of a container are opened on. */
  platform(container: Container): Platform;
  /** A work queue with the function that works on it, as infra/stack/constructs/work-queue.ts has it. */
  workQueue(name: string, options: Omit<MappingOptions, "queue"> & { readonly attempts: number }): void;
  /** Returns what takes the schedule away. */
  schedule(options: ScheduleOptions): () => void;
  /** Listens to every request of every function. */
  readonly listeners: WireListener[];
  /** What functions have measured: the metrics that alarms ring by. */
  readonly measures: (Measure & { readonly at_ms: number })[];
  /** The invocations that have not come to their end, or never will, and so did not measure all they did. */
  readonly unmeasured: Set<{ readonly name: string; readonly at_ms: number }>;
  /** A message from somebody outside. */
  put(queue: string, body: string): void;
  /** Ids of the backups that a function of ours has asked the provider to delete. */
  readonly deletions: Set<string>;
  /** Names of the checkpoints that a function of ours has asked the provider for. */
  readonly posted: Set<string>;
}

export interface StageOptions {
  readonly seed: number;
  readonly world: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly keepJournal: boolean;
  open(time: VirtualTime): { readonly accounts: readonly Account[]; readonly estate: Estate };
}

export function openStage({ seed, world, start_ms, end_ms, keepJournal, open }: StageOptions): Stage {
  const time = virtualTime(start_ms);
  const journal = createJournal(time.now, { keep: keepJournal });
  const { accounts, estate } = open(time);
  const site: Site = {
    time,
    journal,
    accounts,
    draws: drawsOf(seed),
    world,
    start_ms,
    end_ms,
    faults: { count: 0 },
    disturbances: [],
    deletedByHand: { backups: new Set(), resources: new Set() },
    disruptions: openDisruptions({ time, journal, accounts }),
    conditions: { faultProfile: calm, oddAnswers: 0, calmSince_ms: Number.POSITIVE_INFINITY },
  };
  return deployOn(site, { name: "", seed, estate });
}

/** A stack on a site: its functions, queues, table and topic. */
function deployOn(site: Site, { name: deployment, seed, estate }: Deployment): Stage {
  const { time, journal, faults, disruptions, conditions } = site;
  const random = (name: string) => seededRandom(mix(seed, name));
  const wakes = new Map<string, () => void>();
  const queues = new Map<string, SimulatedQueue>();
  const faultProfile = () => conditions.faultProfile;
  const base = { time, journal };
  /** Chance and dice of one part of the stage. */
  const part = (name: string) => {
    const own = random(name);
    return { ...base, random: own, dice: dice(own, faults) };
  };
  const functions = simulatedFunctions({
    ...part("functions"),
    faultProfile: () => faultProfile().functions,
  });
  const queuePart = part("queues");
  const schedulePart = { ...part("schedules"), functions, faultProfile: () => faultProfile().schedule };
  let deployed = estate;
  const stage: Stage = {
    ...site,
    deployment,
    beside: (name, other) => deployOn(site, { name, seed: mix(seed, name), estate: other }),
    get estate() {
      return deployed;
    },
    deploy(next) {
      deployed = next;
      functions.retire();
      for (const happen of stage.deployments) happen();
    },
    deployments: [],
    functions,
    queues,
    listeners: [],
    random,
    page_items: random("pages").pick(pageSizes),
    ledger: simulatedLedger({ ...part("ledger"), faultProfile: () => faultProfile().ledger }),
    topic: simulatedTopic({
      ...part("topic"),
      faultProfile: () => faultProfile().notifier,
      isDown: () => disruptions.topicIsDown,
    }),
    platform: (container) => openPlatform(stage, wakes, container),
    workQueue(name, { attempts, ...options }) {
      const queue = simulatedQueue({
        ...queuePart,
        now: time.now,
        // As AWS asks: six times the function's timeout, plus the window.
        visibility_ms: (6 * options.consumer.timeout_s + options.window_s) * 1000,
        maximumReceives: attempts,
        doubles: () => queuePart.dice.strikes(faultProfile().queue.duplicate),
      });
      queues.set(name, queue);
      wakes.set(name, simulatedMapping({ ...options, queue }, { ...queuePart, functions }).wake);
    },
    schedule: (options) => simulateSchedule(options, schedulePart),
    measures: [],
    unmeasured: new Set(),
    deletions: new Set(),
    posted: new Set(),
    put(name, body) {
      queues.get(name)?.send([{ body }]);
      journal.note(name, `takes ${body}`);
      wakes.get(name)?.();
    },
  };
  stage.listeners.push({
    arriving({ method, url, body }) {
      if (method === "POST" && url.endsWith("/checkpoints")) {
        const name = /"name":"(vigil-[^"]+)"/.exec(Buffer.from(body).toString())?.[1];
        if (name !== undefined) stage.posted.add(name);
      }
      const id = /\/backups\/([^/?]+)$/.exec(url)?.[1];
      if (method === "DELETE" && id !== undefined) stage.deletions.add(id);
    },
  });
  return stage;
}

/** A small estate has few pages: they are made smaller instead. */
const pageSizes = [4, 4, 10, 50] as const;

function openPlatform(stage: Stage, wakes: ReadonlyMap<string, () => void>, container: Container): Platform {
  const { estate } = stage;
  const { clock } = container;
  const random = stage.random(container.id);
  const ledger = stage.ledger.from(container);
  const notifier = () =>
    durableNotifier({
      ...{ ledger, clock, topic: stage.topic.from(container) },
      report: (subject, error) => stage.journal.note("topic", `did not take ${subject}: ${error}`),
    });
  const connect = async (
    { role, maximumWait_ms, share }: ProviderUse,
    project: Project,
  ): Promise<Connection> => {
    const account = accountOf(stage, project.name);
    const readCredential = async () => parseCredential(stage.disruptions.readSecret(project.name, role));
    const credential = await readCredential();
    const { name, rates } = project;
    const budget = { ledger, clock, random, project: name, rates, maximumWait_ms };
    const connection = {
      project: { id: project.project_id, domain_id: project.account_id, region: project.region },
      endpoints: account.origin,
      dispatcher: simulatedWire(
        {
          time: stage.time,
          journal: stage.journal,
          random: random,
          dice: dice(random, stage.faults),
          faultProfile: () => stage.conditions.faultProfile.wire,
          cloudAt: (origin) => accountAt(stage, origin).cloud,
          gatewayAt: (origin) => gatewayAt(stage, origin),
          listener: broadcast(stage.listeners),
          oddity: (request) => drawOddity(stage, request),
        },
        container,
      ),
      clock,
      random,
      budget: share ? limitedBudget(budget, share) : ledgerBudget(budget),
    };
    const authenticator = authenticatorFor(credential, connection, { onUnauthorized: readCredential });
    return { ...connection, authenticator };
  };
  return {
    ...{ clock, random, notifier },
    ledger: () => ledger,
    deployment: () => estate.name,
    estate: async () => estate,
    queue(event) {
      const { queue } = queueFor(event);
      return queueFrom(stage, container, random, queue, wakes.get(queue));
    },
    provider(use) {
      const connections = new Map<string, () => Promise<Connection>>();
      return async (project, operations, signal) => {
        const connection = connections.get(project.name) ?? once(() => connect(use, project));
        connections.set(project.name, connection);
        const connected = { ...(await connection()), signal };
        return createClient(withSmallPages(operations, stage.page_items), connected);
      };
    },
    // The checker reads the report of the same facts: what is stored here nobody looks at.
    publisher: () => ({ ...notifier(), store: async () => {}, placeOf: (name) => name }),
    page: async () => ({ script: "", style: "" }),
  };
}

function queueFrom(
  stage: Stage,
  container: Container,
  random: SeededRandom,
  name: string,
  wake = () => {},
): Queue {
  const queue = stage.queues.get(name);
  if (queue === undefined) throw new Error(`the stage has no queue ${name}`);
  const { time, journal } = stage;
  return {
    send: (messages) =>
      ask(time, container, { there_ms: random.between(3, 30), back_ms: 0 }, async () => {
        const { refused, late } = stage.conditions.faultProfile.queue;
        const { strikes } = dice(random, stage.faults);
        const accepted = messages.filter(() => !strikes(refused));
        for (const message of accepted) {
          const delay_s = strikes(late) ? random.between(1, 600) : 0;
          journal.note(name, `takes ${message.body}`);
          queue.send([{ ...message, delay_s: (message.delay_s ?? 0) + delay_s }]);
        }
        wake();
        if (accepted.length < messages.length)
          throw new Error(`${messages.length - accepted.length} messages were not accepted by ${name}`);
      }),
  };
}

export function accountOf({ accounts }: Pick<Stage, "accounts">, name: string): Account {
  const account = accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(`the stage has no account ${name}`);
  return account;
}

function accountAt({ accounts }: Stage, origin: string): Account {
  const name = new URL(origin).host.split(".")[1] ?? "";
  return accountOf({ accounts }, name);
}

function drawOddity(stage: Stage, { container, url }: SentRequest) {
  if (stage.conditions.oddAnswers === 0) return undefined;
  const random = stage.draws("odd answer", `${container} ${url}`, stage.time.now());
  if (!dice(random, stage.faults).strikes(stage.conditions.oddAnswers)) return undefined;
  return { oddity: random.pick(oddities), random };
}

function gatewayAt(stage: Stage, origin: string): Gateway {
  const kind = stage.disruptions.of(accountAt(stage, origin).name);
  return { refuses: kind === "refuses connections", answer: gatewayAnswer(kind) };
}

const broadcast = (listeners: readonly WireListener[]): WireListener => ({
  sent(request) {
    for (const listener of listeners) listener.sent?.(request);
  },
  arriving(request) {
    for (const listener of listeners) listener.arriving?.(request);
  },
  answered(request, outcome) {
    for (const listener of listeners) listener.answered?.(request, outcome);
  },
});
