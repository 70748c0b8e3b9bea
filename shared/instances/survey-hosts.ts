import type { Client } from "../api/client.ts";
import type { UnreadableItem } from "../api/list.ts";
import type { listBackupHosts, listProtectedHosts } from "../api/operations/hss.ts";
import type { HostRules } from "../estate/instances.ts";
import { type Surveyed, survey } from "./assess-host.ts";
import { networkFinder } from "./network.ts";

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
