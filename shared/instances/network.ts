import { BlockList, isIPv4 } from "node:net";
import type { BackupHost, ProtectedHost } from "../api/operations/hss.ts";
import type { Network } from "../estate/instances.ts";

/** The network of everything when the estate names none. */
const theOnlyNetwork = "all";

/** Tells networks apart: by private address for hosts; for backup servers by what the estate names, then by address. */
export function networkFinder(networks: readonly Network[]) {
  const lists = networks.map(({ name, cidrs }) => {
    const list = new BlockList();
    for (const cidr of cidrs) {
      const [address = "", prefix] = cidr.split("/");
      list.addSubnet(address, Number(prefix), "ipv4");
    }
    return { name, list };
  });
  const ofAddress = (address: string | null | undefined): string | undefined => {
    if (networks.length === 0) return theOnlyNetwork;
    if (!address || !isIPv4(address)) return undefined;
    return lists.find(({ list }) => list.check(address, "ipv4"))?.name;
  };
  return {
    /** Undefined when the host lies in no network of the estate. */
    ofHost: (host: Pick<ProtectedHost, "private_ip">) => ofAddress(host.private_ip),
    ofServer: ({ backup_host_id, backup_host_ip }: BackupHost) =>
      networks.find(({ backup_host_ids }) => backup_host_ids.includes(backup_host_id))?.name ??
      ofAddress(backup_host_ip),
  };
}

export type NetworkFinder = ReturnType<typeof networkFinder>;
