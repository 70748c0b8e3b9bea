import type { discoveryDue } from "../../events/discovery-due.ts";
import type { Deps } from "../../shared/runtime/deps.ts";
import { implement } from "../../shared/runtime/implement.ts";
import { eachProject } from "../../shared/work/each-project.ts";
import { discoverAudits } from "./audits.ts";
import { definition } from "./definition.ts";
import { discoverHosts } from "./hosts.ts";
import { discoverUnprotected } from "./unprotected.ts";

/**
 * Compares what exists with what the ledger has seen, and sends for every difference the event that a notification
 * would have sent. One kind that cannot be listed does not keep the others from being looked at.
 */
export function discoverInstances(
  _due: ReturnType<typeof discoveryDue.parse>,
  deps: Deps<typeof definition>,
) {
  return eachProject(deps, "discovery-failed", async (project, signal) => {
    const inProject = { ...deps, project, provider: await deps.provider(project, signal) };
    const kinds = [discoverAudits, discoverHosts, discoverUnprotected] as const;
    const [audits, hosts, unprotected] = await Promise.allSettled(
      kinds.map((discover) => discover(inProject)),
    );
    const failed = [audits, hosts, unprotected].find((result) => result?.status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return [audits, hosts, unprotected].map((result) => result?.status === "fulfilled" && result.value);
  });
}

export const implementation = implement(definition, discoverInstances);
