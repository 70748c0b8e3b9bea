import type { Client } from "../../shared/api/client.ts";
import type { Project } from "../../shared/estate/estate.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import type { EachProject } from "../../shared/work/each-project.ts";
import type { InOneProject } from "../../shared/work/in-project.ts";
import type { operations } from "./operations.ts";

export type Provider = Client<typeof operations>;

export interface DiscoverSurroundings extends EachProject {
  readonly auditQueue: Queue;
  readonly hostQueue: Queue;
  readonly provider: (project: Project) => Promise<Provider>;
}

export type InProject = InOneProject<DiscoverSurroundings>;
