import { type Agenda, createAgenda } from "./agenda.ts";
import { type Collection, createCollection } from "./collection.ts";
import type {
  AccessKey,
  Backup,
  Checkpoint,
  Policy,
  Project,
  Resource,
  Task,
  TaskOutcome,
  Token,
  User,
  Vault,
} from "./model.ts";
import { type SeededRandom, seededRandom } from "./random.ts";
import type {
  AuditInstance,
  BackupHost,
  Host,
  HostPolicy,
  Phone,
  PhoneOutcome,
  PhoneTask,
} from "./services.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import type { Moment } from "./time.ts";

/** What decides how a task ends, when neither the resource nor a fault rule has decided. */
type FateOf = (task: Task) => TaskOutcome | undefined;

/** Everything the stand-in cloud remembers. Nothing in it runs by itself: `advance` plays what is due. */
export interface World {
  /** The world's time, in epoch milliseconds; only `advance` moves it. */
  now: Moment;
  readonly random: SeededRandom;
  readonly agenda: Agenda;
  readonly settings: Settings;
  outcomeOf: FateOf;
  phoneOutcomeOf: (phone: Phone) => PhoneOutcome | undefined;

  readonly projects: Map<string, Project>;
  readonly users: Map<string, User>;
  readonly keys: Map<string, AccessKey>;
  readonly tokens: Map<string, Token>;

  readonly resources: Map<string, Resource>;
  readonly vaults: Collection<Vault>;
  /** Which vault holds a resource. */
  readonly holders: Map<string, Vault>;
  readonly policies: Collection<Policy>;
  readonly checkpoints: Collection<Checkpoint>;
  readonly tasks: Collection<Task>;
  /** Backups without their children, which only their parents and `children` know. */
  readonly backups: Collection<Backup>;
  readonly backupsOfVault: Map<string, Collection<Backup>>;
  readonly children: Map<string, Backup>;

  readonly auditInstances: Collection<AuditInstance>;
  readonly hosts: Collection<Host>;
  readonly backupHosts: Collection<BackupHost>;
  readonly hostPolicies: Collection<HostPolicy>;
  readonly phones: Collection<Phone>;
  readonly phoneTasks: Collection<PhoneTask>;

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
    random: seededRandom(seed),
    agenda,
    settings: { ...defaultSettings, ...settings },
    outcomeOf: () => undefined,
    phoneOutcomeOf: () => undefined,
    projects: new Map(),
    users: new Map(),
    keys: new Map(),
    tokens: new Map(),
    resources: new Map(),
    vaults: createCollection(),
    holders: new Map(),
    policies: createCollection(),
    checkpoints: createCollection(),
    tasks: createCollection(),
    backups: createCollection(),
    backupsOfVault: new Map(),
    children: new Map(),
    auditInstances: createCollection(),
    hosts: createCollection(),
    backupHosts: createCollection(),
    hostPolicies: createCollection(),
    phones: createCollection(),
    phoneTasks: createCollection(),
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
