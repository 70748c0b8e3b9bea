import type { Project, User } from "../world/model.ts";
import type { SeededRandom } from "../world/random.ts";
import type { World } from "../world/world.ts";

/** One IAM user's ways in. */
interface DemoCredential {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly ak: string;
  readonly sk: string;
}

export const roles = ["observe", "checkpoint", "prune", "instances"] as const;
export type Role = (typeof roles)[number];

interface DemoProject {
  readonly id: string;
  readonly name: string;
  readonly domain_id: string;
}

/** Who may call the demo world, and where. */
export interface DemoIdentities {
  readonly project: DemoProject;
  /** Another account's project, for sharing. */
  readonly other: DemoProject;
  /** May do everything in `project`. */
  readonly admin: DemoCredential;
  /** May do everything in `other`. */
  readonly otherAdmin: DemoCredential;
  /** One IAM user for each role of the estate, with that role's actions. */
  readonly roles: Readonly<Record<Role, DemoCredential>>;
}

/** What each role's users may do unless the caller says otherwise. */
const defaultActions: Readonly<Record<Role, readonly string[]>> = {
  observe: [
    "cbr:vaults:get",
    "cbr:vaults:list",
    "cbr:vaults:listProtectables",
    "cbr:vaults:getProtectables",
    "cbr:vaults:listResourceInstances",
    "cbr:backups:get",
    "cbr:backups:list",
    "cbr:backups:listStorageUsage",
    "cbr:tasks:get",
    "cbr:tasks:list",
    "cbr:policies:get",
    "cbr:policies:list",
    "cbr:member:get",
    "cbr:member:list",
    "dbss:auditInstance:list",
    "dbss:auditInstance:getBackupStatus",
    "hss:backupPolicy:get",
    "hss:wtpBackup:get",
    "hss:wtpHosts:list",
    "koophone:cloudphoneResource:queryBatchShowInstance",
    "koophone:cloudphoneResource:queryExecuteJob",
  ],
  checkpoint: [
    "cbr:vaults:get",
    "cbr:vaults:list",
    "cbr:vaults:backup",
    "cbr:backups:get",
    "cbr:backups:list",
    "cbr:tasks:get",
    "cbr:tasks:list",
  ],
  prune: [
    "cbr:vaults:get",
    "cbr:vaults:list",
    "cbr:backups:get",
    "cbr:backups:list",
    "cbr:backups:delete",
    "cbr:member:get",
    "cbr:member:list",
    "cbr:tasks:get",
    "cbr:tasks:list",
  ],
  instances: [
    "cbr:vaults:get",
    "cbr:vaults:list",
    "cbr:vaults:associatePolicy",
    "cbr:vaults:listProtectables",
    "cbr:policies:*",
    "dbss:*",
    "hss:*",
    "koophone:*",
  ],
};

export interface IdentityOptions {
  readonly project_id?: string | undefined;
  /** The administrator's key; made up when absent. */
  readonly ak?: string | undefined;
  readonly sk?: string | undefined;
  readonly actions?: Readonly<Record<Role, readonly string[]>> | undefined;
}

export function addIdentities(world: World, options: IdentityOptions): DemoIdentities {
  const { random } = world;
  const domain = { id: random.hex(32), name: "vigil-demo" };
  const otherDomain = { id: random.hex(32), name: "vigil-partner" };
  const project: Project = { id: options.project_id ?? random.hex(32), name: "eu-de", domain_id: domain.id };
  const other: Project = { id: random.hex(32), name: "eu-de", domain_id: otherDomain.id };
  for (const one of [project, other]) world.projects.set(one.id, one);
  const add = (
    name: string,
    allowed: readonly string[],
    key: { ak?: string | undefined; sk?: string | undefined } = {},
  ) => addUser(world, { name, domain, projects: [project.id], allowed }, key);
  const actions = options.actions ?? defaultActions;
  return {
    project,
    other,
    admin: add("admin", ["*"], options),
    otherAdmin: addUser(
      world,
      { name: "partner", domain: otherDomain, projects: [other.id], allowed: ["*"] },
      {},
    ),
    roles: {
      observe: add("observe", actions.observe),
      checkpoint: add("checkpoint", actions.checkpoint),
      prune: add("prune", actions.prune),
      instances: add("instances", actions.instances),
    },
  };
}

interface NewUser {
  readonly name: string;
  readonly domain: { readonly id: string; readonly name: string };
  readonly projects: readonly string[];
  readonly allowed: readonly string[];
}

function addUser(
  world: World,
  { name, domain, projects, allowed }: NewUser,
  key: { readonly ak?: string | undefined; readonly sk?: string | undefined },
): DemoCredential {
  const { random } = world;
  const user: User = {
    id: random.hex(32),
    name,
    password: random.hex(16),
    domain_id: domain.id,
    domain_name: domain.name,
    projects,
    allowed,
  };
  world.users.set(user.id, user);
  const { ak = accessKey(random), sk = random.hex(40) } = key;
  world.keys.set(ak, { ak, sk, user_id: user.id });
  return { user: name, password: user.password, domain: domain.name, ak, sk };
}

/** As the provider's access keys look: twenty capitals and digits. */
function accessKey(random: SeededRandom): string {
  return `VIGIL${random.hex(15).toUpperCase()}`;
}
