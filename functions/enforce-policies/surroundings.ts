import type { Client } from "../../shared/api/client.ts";
import type { Project } from "../../shared/estate/estate.ts";
import type { EachProject } from "../../shared/work/each-project.ts";
import type { InOneProject } from "../../shared/work/in-project.ts";
import type { LeaseTerms } from "../../shared/work/lease.ts";
import type { operations } from "./operations.ts";

export type Provider = Client<typeof operations>;

export interface EnforceSurroundings extends EachProject {
  readonly invocation: string;
  readonly lease: LeaseTerms;
  readonly provider: (project: Project) => Promise<Provider>;
}

export type InProject = InOneProject<EnforceSurroundings>;
