import type { Role } from "../../../shared/estate/secrets.ts";
import { countedByAddress } from "../../../shared/estate/services.ts";
import { ledgerBudget } from "../../../shared/rate/budget.ts";
import { providerConnections } from "../../../shared/runtime/provider.ts";
import { systemRandom } from "../../../shared/runtime/random.ts";
import type { Place } from "./place.ts";

/** The way to the provider in one role, with the place's own credential and within its rate budget. */
export function providerOf({ clock, ledger, readSecret }: Place, role: Role, maximumWait_ms: number) {
  return providerConnections({
    ...{ role, clock, random: systemRandom, readSecret },
    budget(project) {
      const { name, rates } = project;
      const addresses = countedByAddress(project);
      return ledgerBudget({
        ledger,
        clock,
        random: systemRandom,
        project: name,
        rates,
        addresses,
        maximumWait_ms,
      });
    },
  });
}
