import { type Agenda, createAgenda } from "./agenda.ts";
import { type Chance, seededChance } from "./chance.ts";
import type {
  AccessKey,
  Backup,
  Checkpoint,
  Fate,
  Policy,
  Project,
  Resource,
  Task,
  Token,
  User,
  Vault,
} from "./model.ts";
import type { AuditInstance, BackupHost, Host, HostPolicy, Phone, PhoneFate, PhoneTask } from "./services.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import type { Moment } from "./time.ts";

/** What decides how a task ends, when neither the resource nor a fault rule has decided. */
type FateOf = (task: Task) => Fate | undefined;

/** Everything the stand-in cloud remembers. Nothing in it runs by itself: `advance` plays what is due. */
export interface World {
  /** The world's time, in epoch milliseconds; only `advance` moves it. */
  now: Moment;
  readonly chance: Chance;
  readonly agenda: Agenda;
  readonly settings: Settings;
  fateOf: FateOf;
  phoneFateOf: (phone: Phone) => PhoneFate | undefined;

  readonly projects: Map<string, Project>;
  readonly users: Map<string, User>;
  readonly keys: Map<string, AccessKey>;
  readonly tokens: Map<string, Token>;

  readonly resources: Map<string, Resource>;
  readonly vaults: Shelf<Vault>;
  /** Which vault holds a resource. */
  readonly holders: Map<string, Vault>;
  readonly policies: Shelf<Policy>;
  readonly checkpoints: Shelf<Checkpoint>;
  readonly tasks: Shelf<Task>;
  /** Backups without their children, which only their parents and `children` know. */
  readonly backups: Shelf<Backup>;
  readonly backupsOfVault: Map<string, Shelf<Backup>>;
  readonly children: Map<string, Backup>;

  readonly auditInstances: Shelf<AuditInstance>;
  readonly hosts: Shelf<Host>;
  readonly backupHosts: Shelf<BackupHost>;
  readonly hostPolicies: Shelf<HostPolicy>;
  readonly phones: Shelf<Phone>;
  readonly phoneTasks: Shelf<PhoneTask>;

  /** A moment for something that happens now: strictly after every earlier one, so that times can order things. */
  stamp(): Moment;
  /** Plays everything that is due until `now_ms`, in order. Time never goes back. */
  advance(now_ms: number): void;
}

interface WorldOptions {
  readonly seed: number;
  readonly now_ms: number;
  readonly settings?: Partial<Settings>;
}

export function createWorld({ seed, now_ms, settings = {} }: WorldOptions): World {
  const agenda = createAgenda();
  let stamped: Moment = now_ms;
  const world: World = {
    now: now_ms,
    chance: seededChance(seed),
    agenda,
    settings: { ...defaultSettings, ...settings },
    fateOf: () => undefined,
    phoneFateOf: () => undefined,
    projects: new Map(),
    users: new Map(),
    keys: new Map(),
    tokens: new Map(),
    resources: new Map(),
    vaults: createShelf(),
    holders: new Map(),
    policies: createShelf(),
    checkpoints: createShelf(),
    tasks: createShelf(),
    backups: createShelf(),
    backupsOfVault: new Map(),
    children: new Map(),
    auditInstances: createShelf(),
    hosts: createShelf(),
    backupHosts: createShelf(),
    hostPolicies: createShelf(),
    phones: createShelf(),
    phoneTasks: createShelf(),
    stamp() {
      stamped = Math.max(world.now, stamped + 0.001);
      return stamped;
    },
    advance(until_ms) {
      for (let plan = agenda.takeDue(until_ms); plan !== undefined; plan = agenda.takeDue(until_ms)) {
        world.now = Math.max(world.now, plan.at_ms);
        plan.happen();
      }
      world.now = Math.max(world.now, until_ms);
    },
  };
  return world;
}
