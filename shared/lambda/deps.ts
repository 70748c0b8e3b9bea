import type { Client } from "../api/client.ts";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { Estate, Project } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Notifier, Publisher } from "../publish/publisher.ts";
import type { Queue } from "../queue/queue.ts";
import type { PageAssets } from "../report/html.ts";
import { type LeaseTerms, leaseTerms } from "../work/lease.ts";
import type { AnyEvent, FunctionDefinition, LedgerUse, Operations, ProviderUse } from "./definition.ts";
import type { Measure } from "./measures.ts";
import type { ProviderConnections } from "./provider.ts";

/**
 * Where functions run: Lambda, or the simulation. It gives each function what its definition asks for, and nothing is opened
 * that no definition asks for.
 */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  /** The estate that is deployed. */
  estate(): Promise<Estate>;
  ledger(): Ledger;
  /** What no other deployment is called. */
  deployment(): string;
  provider(use: ProviderUse): ProviderConnections;
  /** The queue of the function that the event triggers. */
  queue(event: AnyEvent): Queue;
  notifier(): Notifier;
  publisher(): Publisher;
  /** The code of the page that travels with the function. */
  page(): Promise<PageAssets>;
}

/** What a platform says of one invocation. */
export interface Invocation {
  readonly id: string;
  /** Aborted shortly before the function's time is over, so that a call still ends in order. */
  readonly signal: AbortSignal;
  /** Gives a signal that is aborted when this part, from 0 to 1, of the time that is left now has passed. */
  readonly share: (part: number) => AbortSignal;
  /** Hears of a project that failed while the others went on. */
  readonly report: (project: Project, error: unknown) => void;
  /** Hears what results mean in metrics. */
  readonly measured: (measures: readonly Measure[]) => void;
  /** The same, written at once: a function that is ended later keeps them. */
  readonly measureNow: (measures: readonly Measure[]) => void;
  /** Hears of a message of a batch that is no event of its queue. */
  readonly malformed: (index: number, error: unknown) => void;
}

/** What every job is given. */
interface CommonDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly estate: Estate;
  /** Names the invocation in leases. */
  readonly invocation: string;
  readonly signal: AbortSignal;
  readonly share: Invocation["share"];
  readonly report: Invocation["report"];
  readonly measureNow: Invocation["measureNow"];
}

type LedgerDeps<D> = D extends { readonly ledger: readonly LedgerUse[] }
  ? { readonly ledger: Ledger; readonly lease: LeaseTerms }
  : unknown;

type ProviderDeps<D> = D extends {
  readonly provider: { readonly operations: infer Table extends Operations };
}
  ? {
      /** Its calls end with the signal; by default, with the invocation's. */
      readonly provider: (project: Project, signal?: AbortSignal) => Promise<Client<Table>>;
    }
  : unknown;

type QueueDeps<D> = D extends { readonly sends: readonly (infer Event)[] }
  ? { readonly queueOf: (event: Event) => Queue }
  : unknown;

type DeploymentDeps<D> = D extends { readonly deployment: true } ? { readonly deployment: string } : unknown;

type PublisherDeps<D> = D extends { readonly publishes: true }
  ? { readonly publisher: Publisher }
  : D extends { readonly notifies: true }
    ? { readonly publisher: Notifier }
    : unknown;

type PageDeps<D> = D extends { readonly page: string }
  ? { readonly page: () => Promise<PageAssets> }
  : unknown;

/** What the job of a function is given, no more than its definition asks for. */
export type Deps<D extends FunctionDefinition> = CommonDeps &
  LedgerDeps<D> &
  ProviderDeps<D> &
  QueueDeps<D> &
  DeploymentDeps<D> &
  PublisherDeps<D> &
  PageDeps<D>;

/** The client of the provider that a function's job is given for one project. */
export type ClientOf<D extends AtProvider> = Client<D["provider"]["operations"]>;

type AtProvider = FunctionDefinition & { readonly provider: ProviderUse };

/** The deps of a job for one project, with its own client of the provider. */
export type DepsInProject<D extends AtProvider> = Omit<Deps<D>, "provider"> & {
  readonly project: Project;
  readonly provider: ClientOf<D>;
};

/** Makes the deps of one invocation after the other. */
type MakeDeps<Made> = (invocation: Invocation) => Promise<Made>;

/** Opens what a definition asks for, once in a function's life. */
export function openDeps<D extends FunctionDefinition>(definition: D, platform: Platform): MakeDeps<Deps<D>>;
export function openDeps(
  { ledger, provider, sends, deployment, notifies, publishes, page }: FunctionDefinition,
  platform: Platform,
): MakeDeps<object> {
  const { clock, random } = platform;
  const connect = provider && platform.provider(provider);
  const queues = new Map(sends?.map((event) => [event.name, platform.queue(event)]));
  const queueOf = ({ name }: AnyEvent) => {
    const queue = queues.get(name);
    if (!queue) throw new Error(`the definition does not say that the function sends ${name}`);
    return queue;
  };
  const opened = {
    ...{ clock, random },
    ...(ledger && { ledger: platform.ledger(), lease: leaseTerms }),
    ...(sends && { queueOf }),
    ...(deployment && { deployment: platform.deployment() }),
    ...(publishes ? { publisher: platform.publisher() } : notifies && { publisher: platform.notifier() }),
    ...(page && { page: platform.page }),
  };
  return async ({ id, signal, share, report, measureNow }) => ({
    ...opened,
    ...{ estate: await platform.estate(), invocation: id, signal, share, report, measureNow },
    ...(connect && {
      provider: (project: Project, own = signal) => connect(project, provider.operations, own),
    }),
  });
}
