import type { Project } from "../estate/estate.ts";

interface ForAnyProject<Provider> {
  readonly provider: (project: Project) => Promise<Provider>;
}

/** The surroundings of one project, with its own client of the provider. */
export type InOneProject<Surroundings extends ForAnyProject<unknown>> = Omit<Surroundings, "provider"> & {
  readonly project: Project;
  readonly provider: Awaited<ReturnType<Surroundings["provider"]>>;
};
