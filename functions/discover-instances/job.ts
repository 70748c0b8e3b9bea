import type { Client } from "../../shared/api/client.ts";
import type { Project } from "../../shared/estate/estate.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import { type EachProject, eachProject } from "../../shared/work/each-project.ts";
import { discoverAudits } from "./audits.ts";
import { discoverHosts } from "./hosts.ts";
import type { operations } from "./operations.ts";
import { discoverUnprotected } from "./unprotected.ts";

export type Provider = Client<typeof operations>;

export interface DiscoverSurroundings extends EachProject {
  readonly auditQueue: Queue;
  readonly hostQueue: Queue;
  readonly provider: (project: Project) => Promise<Provider>;
}

/** One project, with its own client. */
export type InProject = Omit<DiscoverSurroundings, "provider"> & {
  readonly project: Project;
  readonly provider: Provider;
};

/**
 * Compares what exists with what the ledger has seen, and sends for every difference the event that a notification
 * would have sent. One kind that cannot be listed does not keep the others from being looked at.
 */
export function discoverInstances(surroundings: DiscoverSurroundings) {
  return eachProject(surroundings, "discovery-failed", async (project) => {
    const inProject = { ...surroundings, project, provider: await surroundings.provider(project) };
    const kinds = [discoverAudits, discoverHosts, discoverUnprotected] as const;
    const [audits, hosts, unprotected] = await Promise.allSettled(
      kinds.map((discover) => discover(inProject)),
    );
    const failed = [audits, hosts, unprotected].find((result) => result?.status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return [audits, hosts, unprotected].map((result) => result?.status === "fulfilled" && result.value);
  });
}
