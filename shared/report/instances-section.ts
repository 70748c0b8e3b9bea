import type { Project } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ProjectFacts } from "./facts.ts";
import type { InstancesCoverage } from "./schema.ts";

const none: InstancesCoverage = { expected: 0, covered: 0, reported: 0, items: [] };

/** What the ledger knows of a project's audit instances, web hosts and phones. */
export async function readInstances(_ledger: Ledger, _project: Project): Promise<ProjectFacts["instances"]> {
  return { audit: none, hosts: none, phones: none };
}
