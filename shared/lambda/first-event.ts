// What a function needs only once there is something to do: read together, by one import(), at its first event.

import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import { type Estate, estateSchema, type Project } from "../estate/estate.ts";
import type { Role } from "../estate/secrets.ts";
import { countedByAddress } from "../estate/services.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { ledgerBudget } from "../rate/budget.ts";
import { type BudgetShare, limitedBudget } from "../rate/limited.ts";
import type { PageAssets } from "../report/html.ts";
import { readSecret } from "./aws.ts";
import { apiHooks, meter, type Warns } from "./meter.ts";
import { providerConnections } from "./provider.ts";

export interface FunctionProviderOptions {
  readonly role: Role;
  /** How long a call may wait for the rate budget. */
  readonly maximumWait_ms: number;
  /** Default: all of the project's rate budget may be used. */
  readonly budgetShare?: BudgetShare | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly logger: Warns;
}

/** The way to the provider of a deployed function: its role's secrets, the shared budget, its calls counted. */
export function providerOfFunction(options: FunctionProviderOptions) {
  const { role, clock, random, ledger, logger, maximumWait_ms, budgetShare } = options;
  return providerConnections({
    ...{ role, clock, random, readSecret },
    budget(project: Project) {
      const { name, rates } = project;
      const addresses = countedByAddress(project);
      const shared = { ledger, clock, random, project: name, rates, addresses, maximumWait_ms };
      return budgetShare ? limitedBudget(shared, budgetShare) : ledgerBudget(shared);
    },
    hooks: ({ name }) => apiHooks(meter, logger)(name),
  });
}

/** What was deployed beside a function's bundle, which this file is a part of. */
const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(name, import.meta.url), "utf8"));

export async function readEstate(): Promise<Estate> {
  // Once in a function's life: generating code for it would cost more than it saves.
  const parsed = estateSchema.safeParse(await read("estate.json"), { jitless: true });
  if (!parsed.success) throw new Error(`the deployed estate.json is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The code of the report's page. */
export async function readPage(): Promise<PageAssets> {
  return z.object({ script: z.string(), style: z.string() }).parse(await read("page.json"));
}
