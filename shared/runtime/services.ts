import type * as z from "zod";
import type { Estate } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { awsLedger } from "./aws.ts";
import type { Clock } from "./clock.ts";
import { clockFromEnvironment } from "./clock-from-environment.ts";
import { readEnvironment } from "./environment.ts";
import type { FunctionProviderOptions } from "./first-event.ts";
import { once } from "./parallel.ts";
import type { ProviderConnections } from "./provider.ts";
import { type Random, systemRandom } from "./random.ts";

/** What a function has from its cold start to its end. */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  /** Read and checked at first use. */
  readonly estate: () => Promise<Estate>;
  readonly ledger: Ledger;
  readonly provider: ProviderConnections;
}

/** The variables of a function that speaks with the provider: at least the table's name. */
type Variables = z.ZodType<{ readonly TABLE_NAME: string }>;

interface Wiring extends Pick<FunctionProviderOptions, "role" | "maximumWait_ms" | "budgetShare"> {
  /** The handler's own URL: the estate is beside its bundle. */
  readonly module: string;
}

/** Wires a function to the world: its variables, real time, the table, and the provider in the function's own role. */
export function openServices<Schema extends Variables>(
  schema: Schema,
  { module, ...wiring }: Wiring,
): Services & { readonly variables: z.output<Schema> } {
  const variables = readEnvironment(schema, process.env);
  const clock = clockFromEnvironment(process.env);
  const random = systemRandom;
  const ledger = awsLedger(variables.TABLE_NAME, clock);
  const connections = once(async () => {
    const { providerOfFunction } = await import("./first-event.ts");
    return providerOfFunction({ ...wiring, clock, random, ledger });
  });
  const estate = once(async () => {
    const { readEstate } = await import("./first-event.ts");
    return readEstate(new URL(".", module));
  });
  return {
    variables,
    clock,
    random,
    estate,
    ledger,
    provider: async (project, operations, signal) => (await connections())(project, operations, signal),
  };
}
