import type { Budget } from "../api/connection.ts";
import type { Estate, Project } from "../estate/estate.ts";
import type { Role } from "../estate/secrets.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { ledgerBudget } from "../rate/budget.ts";
import { type BudgetShare, limitedBudget } from "../rate/limited.ts";
import { awsLedger, readSecret } from "./aws.ts";
import type { Clock } from "./clock.ts";
import { clockFromEnvironment } from "./clock-from-environment.ts";
import { readEstate } from "./estate-file.ts";
import { apiHooks, meter } from "./meter.ts";
import { providerConnections } from "./provider.ts";
import { type Random, systemRandom } from "./random.ts";

/** What a function has from its cold start to its end. */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly provider: ReturnType<typeof providerConnections>;
}

/** Wires a function to the world: real time, the table, and the provider in the function's own role. */
export function openServices({
  variables,
  folder,
  table,
  role,
  maximumWait_ms,
  budgetShare,
}: {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Where the bundle is; the estate is beside it. */
  readonly folder: URL;
  readonly table: string;
  readonly role: Role;
  /** How long a call may wait for the rate budget. */
  readonly maximumWait_ms: number;
  /** Default: all of the project's rate budget may be used. */
  readonly budgetShare?: BudgetShare;
}): Services {
  const clock = clockFromEnvironment(variables);
  const random = systemRandom;
  const estate = readEstate(folder);
  const ledger = awsLedger(table, clock);
  const budget = (project: Project): Budget => {
    const { name, rates } = project;
    const options = { ledger, clock, random, project: name, rates, maximumWait_ms };
    return budgetShare ? limitedBudget(options, budgetShare) : ledgerBudget(options);
  };
  return {
    clock,
    random,
    estate,
    ledger,
    provider: providerConnections({
      ...{ role, clock, random, readSecret, budget },
      hooks: ({ name }) => apiHooks(meter)(name),
    }),
  };
}
