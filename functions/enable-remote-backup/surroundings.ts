import type { hostFound } from "../../events/host-found.ts";
import type { Client } from "../../shared/api/client.ts";
import type { Estate, Project } from "../../shared/estate/estate.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import type { Clock } from "../../shared/runtime/clock.ts";
import type { operations } from "./operations.ts";

export type Found = ReturnType<typeof hostFound.parse>;

export interface HostSurroundings {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly invocation: string;
  /** Aborted when the function's time is nearly over: what is left then is sent again by settle-instances. */
  readonly signal: AbortSignal;
  readonly provider: (project: Project) => Promise<Client<typeof operations>>;
}
