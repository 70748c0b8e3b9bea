import type * as z from "zod";
import type { Budget } from "../api/connection.ts";
import type { Estate, Project } from "../estate/estate.ts";
import type { Role } from "../estate/secrets.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { ledgerBudget } from "../rate/budget.ts";
import { type BudgetShare, limitedBudget } from "../rate/limited.ts";
import { awsLedger, readSecret } from "./aws.ts";
import type { Clock } from "./clock.ts";
import { clockFromEnvironment } from "./clock-from-environment.ts";
import { readEnvironment } from "./environment.ts";
import { readEstate } from "./estate-file.ts";
import { apiHooks, meter } from "./meter.ts";
import { once } from "./parallel.ts";
import { providerConnections } from "./provider.ts";
import { type Random, systemRandom } from "./random.ts";

/** What a function has from its cold start to its end. */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  /** Read and checked at first use. */
  readonly estate: () => Promise<Estate>;
  readonly ledger: Ledger;
  readonly provider: ReturnType<typeof providerConnections>;
}

/** The variables of a function that speaks with the provider: at least the table's name. */
type Variables = z.ZodType<{ readonly TABLE_NAME: string }>;

/** Wires a function to the world: its variables, real time, the table, and the provider in the function's own role. */
export function openServices<Schema extends Variables>(
  schema: Schema,
  {
    module,
    role,
    maximumWait_ms,
    budgetShare,
  }: {
    /** The handler's own URL: the estate is beside its bundle. */
    readonly module: string;
    readonly role: Role;
    /** How long a call may wait for the rate budget. */
    readonly maximumWait_ms: number;
    /** Default: all of the project's rate budget may be used. */
    readonly budgetShare?: BudgetShare;
  },
): Services & { readonly variables: z.output<Schema> } {
  const variables = readEnvironment(schema, process.env);
  const clock = clockFromEnvironment(process.env);
  const random = systemRandom;
  const estate = once(() => readEstate(new URL(".", module)));
  const ledger = awsLedger(variables.TABLE_NAME, clock);
  const budget = (project: Project): Budget => {
    const { name, rates } = project;
    const options = { ledger, clock, random, project: name, rates, maximumWait_ms };
    return budgetShare ? limitedBudget(options, budgetShare) : ledgerBudget(options);
  };
  return {
    variables,
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
