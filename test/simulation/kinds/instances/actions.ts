import { switchAuditBackup } from "../../../../infra/local/provider/world/audit.ts";
import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import { eventOfTrace } from "../../../../shared/notifications/trace.ts";
import type { Account } from "../../night/account.ts";
import type { Action, Whereabouts } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { newResource } from "../checkpoints/world.ts";
import { auditQueue, hostQueue } from "./deploy.ts";
import { instancesOf } from "./rules.ts";
import { addSomeAudit, addSomeHost, addSomeServer, switchByHand } from "./world.ts";

/** What people do to what is looked after beside vaults; some of it the provider notifies us of. */
export const instanceActions: readonly Action[] = [
  {
    name: "add an audit instance",
    act({ account, random, stage }) {
      if (!isLookedAfter(stage, account)) return undefined;
      const { id } = addSomeAudit(account, random, `audit-${random.hex(4)}`);
      notify({ account, random, stage }, "DBSS", "createInstance", id);
      return id;
    },
  },
  on("delete an audit instance", audits, ({ world }, { id }) => void world.auditInstances.delete(id)),
  on("set an audit instance by hand", audits, ({ world }, instance, random) => {
    if (random.fraction() < 0.5) switchByHand(world, instance);
    else switchAuditBackup(world, instance, undefined);
  }),
  {
    name: "add a web host",
    act({ account, random, stage }) {
      if (!isLookedAfter(stage, account)) return undefined;
      const { id } = addSomeHost(account, random, `web-${random.hex(4)}`);
      notify({ account, random, stage }, "HSS", "openWtpProtectStatus", id);
      return id;
    },
  },
  on("delete a web host", hosts, ({ world }, { id }) => void world.hosts.delete(id)),
  on("start or stop an agent", hosts, (_account, host) => {
    host.agent_status = host.agent_status === "online" ? "offline" : "online";
  }),
  on("protect a web host or not", hosts, (_account, host) => {
    host.protect_status = host.protect_status === "opened" ? "closed" : "opened";
  }),
  on("start or stop a backup server", servers, (_account, server) => {
    server.running = !server.running;
  }),
  {
    name: "add a backup server",
    act: ({ account, random, stage }) =>
      isLookedAfter(stage, account)
        ? addSomeServer(account, random, `server-${random.hex(4)}`).id
        : undefined,
  },
  {
    name: "add a resource that is in no vault",
    act: ({ account, random }) =>
      newResource(account.world, account.project_id, random.pick(["disk", "server", "turbo"]), random).id,
  },
];

function audits({ world }: Account) {
  return world.auditInstances.all();
}

function hosts({ world }: Account) {
  return world.hosts.all();
}

function servers({ world }: Account) {
  return world.backupHosts.all();
}

const isLookedAfter = (stage: Stage, account: Account) => instancesOf(stage, account)?.hosts !== undefined;

function on<Item extends { readonly id: string }>(
  name: string,
  all: (account: Account) => readonly Item[],
  act: (account: Account, item: Item, random: SeededRandom) => void,
): Action {
  return {
    name,
    act({ account, random }) {
      const items = all(account);
      const item = items[random.between(0, items.length - 1)];
      if (item === undefined) return undefined;
      act(account, item, random);
      return item.id;
    },
  };
}

/**
 * The provider's notification of it, as ingest-notification passes it on once it has verified who sent it: it comes
 * once, twice or never, and sometimes names something that does not exist.
 */
function notify(
  { account, random, stage }: Whereabouts,
  service_type: string,
  trace_name: string,
  id: string,
): void {
  const project = stage.estate.projects.find(({ name }) => name === account.name);
  if (project === undefined) return;
  const copies = random.pick([0, 1, 1, 2]);
  const resource_id = random.fraction() < 0.1 ? random.pick([`no-${random.hex(6)}`, random.id()]) : id;
  const event = eventOfTrace(JSON.stringify({ service_type, trace_name, resource_id }), project);
  // An id that the provider could not be asked of is ignored.
  if (event === undefined) return;
  for (let copy = 0; copy < copies; copy++)
    stage.put(event.queue === "audit" ? auditQueue : hostQueue, event.body);
}
