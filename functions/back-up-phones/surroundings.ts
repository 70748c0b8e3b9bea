import type { Client } from "../../shared/api/client.ts";
import type { Estate, Project } from "../../shared/estate/estate.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import type { Clock } from "../../shared/runtime/clock.ts";
import type { Random } from "../../shared/runtime/random.ts";
import type { InOneProject } from "../../shared/work/in-project.ts";
import type { LeaseTerms } from "../../shared/work/lease.ts";
import type { operations } from "./operations.ts";

export type Provider = Client<typeof operations>;

export interface PhoneSurroundings {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
  readonly invocation: string;
  readonly lease: LeaseTerms;
  readonly provider: (project: Project) => Promise<Provider>;
}

export type InProject = InOneProject<PhoneSurroundings>;
