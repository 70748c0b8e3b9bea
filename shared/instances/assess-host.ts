import type { Client } from "../api/client.ts";
import { mayBeAmong, type UnreadableItem } from "../api/list.ts";
import type {
  BackupHost,
  listBackupHosts,
  listProtectedHosts,
  ProtectedHost,
} from "../api/operations/hss.ts";
import type { HostRules } from "../estate/instances.ts";
import { type NetworkFinder, networkFinder } from "./network.ts";

/** How a protected host stands, and what is to be done about it. */
export type Assessment =
  /** Its copies go to a server that runs. */
  | { readonly is: "covered"; readonly server_id: string }
  /** It is to be given this server. */
  | { readonly is: "uncovered"; readonly server: Server }
  /** Nothing can be done about it now, for this reason. */
  | { readonly is: "left-out"; readonly reason: string };

interface Server {
  readonly backup_host_id: string;
  readonly name: string;
  /** `IP:Port`, as the provider wants to be told. */
  readonly address: string;
}

/** One listing of the backup servers and of the hosts, from which any number of hosts are assessed. */
export interface Surveyed {
  readonly hosts: ReadonlyMap<string, ProtectedHost>;
  /** Whether the provider shows no such host: it is not listed, and is none of those that could not be read. */
  isGone(host_id: string): boolean;
  assess(host: ProtectedHost): Assessment;
  /** A host was given a server: it counts from now on. */
  assigned(host_id: string, server_id: string): void;
}

/** The two lists, and what of each could not be read. */
interface Listed {
  readonly hosts: readonly ProtectedHost[];
  readonly servers: readonly BackupHost[];
  readonly unreadable: {
    readonly hosts: readonly UnreadableItem[];
    readonly servers: readonly UnreadableItem[];
  };
}

/** Documented: 1 is running. */
const running = 1;

/** Reads the two listings. A host goes to the running server of its network that has the fewest hosts. */
function survey({ hosts, servers, unreadable }: Listed, networks: NetworkFinder): Surveyed {
  const byId = new Map(servers.map((server) => [server.backup_host_id, server]));
  const serverOf = new Map(hosts.map((host) => [host.host_id, host.backup_host_id ?? ""]));
  const runs = (id: string) => byId.get(id)?.backup_host_status === running;

  const load = (server: BackupHost) =>
    [...serverOf.values()].filter((id) => id === server.backup_host_id).length;

  const choose = (network: string): BackupHost | undefined =>
    servers
      .filter((server) => runs(server.backup_host_id) && networks.ofServer(server) === network)
      .map((server) => ({ server, hosts: load(server) }))
      .sort((a, b) => a.hosts - b.hosts || compare(a.server.backup_host_id, b.server.backup_host_id))[0]
      ?.server;

  const listed = new Map(hosts.map((host) => [host.host_id, host]));
  return {
    hosts: listed,
    isGone: (host_id) => !listed.has(host_id) && !mayBeAmong(unreadable.hosts, host_id),
    assess(host) {
      const current = serverOf.get(host.host_id) ?? "";
      const obstacle = obstacleOf(host);
      if (obstacle) return { is: "left-out", reason: obstacle };
      if (runs(current)) return { is: "covered", server_id: current };
      // Not known to run is not stopped: the host stays where it is.
      if (current !== "" && !byId.has(current) && mayBeAmong(unreadable.servers, current))
        return {
          is: "left-out",
          reason: `unreadable-server: what the provider lists of ${current} is unclear`,
        };
      const network = networks.ofHost(host);
      if (network === undefined) {
        const where = host.private_ip || "unknown";
        return { is: "left-out", reason: `no-network: its address ${where} is in no network of the estate` };
      }
      const chosen = choose(network);
      if (!chosen)
        return { is: "left-out", reason: `no-server: no backup server of network ${network} is running` };
      return { is: "uncovered", server: toServer(chosen) };
    },
    assigned: (host_id, server_id) => void serverOf.set(host_id, server_id),
  };
}

/** Why remote backup is not possible: it is for Linux hosts under protection whose agent is online. */
function obstacleOf({ os_type, protect_status, agent_status }: ProtectedHost): string | undefined {
  if (os_type?.toLowerCase() !== "linux")
    return `windows: remote backup is for Linux hosts, this one runs ${os_type || "an unknown system"}`;
  if (protect_status !== "opened")
    return `unprotected: web tamper protection is ${protect_status || "not known to be on"}`;
  if (agent_status !== "online") return `offline: its agent is ${agent_status || "not known to be online"}`;
  return undefined;
}

function toServer({
  backup_host_id,
  backup_host_name,
  backup_host_ip,
  backup_host_port,
}: BackupHost): Server {
  return {
    backup_host_id,
    name: backup_host_name ?? backup_host_id,
    address: `${backup_host_ip ?? ""}:${backup_host_port ?? ""}`,
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

type Lister = Client<{
  listBackupHosts: typeof listBackupHosts;
  listProtectedHosts: typeof listProtectedHosts;
}>;

/**
 * Lists the protected hosts and the backup servers: two calls for up to 200 hosts, of the five a minute that there
 * are. Throws what the client throws, ListMoved among it.
 */
export async function surveyHosts(client: Lister, rules: HostRules): Promise<Surveyed> {
  const unreadable = { servers: [] as UnreadableItem[], hosts: [] as UnreadableItem[] };
  const servers = await Array.fromAsync(
    client.listBackupHosts.all({}, { unreadable: (item) => unreadable.servers.push(item) }),
  );
  const hosts = await Array.fromAsync(
    client.listProtectedHosts.all({}, { unreadable: (item) => unreadable.hosts.push(item) }),
  );
  return survey({ hosts, servers, unreadable }, networkFinder(rules.networks));
}
