import type { Client } from "../../shared/api/client.ts";
import type { Estate } from "../../shared/estate/estate.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import type { Clock } from "../../shared/runtime/clock.ts";
import type { Notifier } from "../../shared/runtime/publisher.ts";
import type { operations } from "./operations.ts";

export type Provider = Client<typeof operations>;

export interface PruneSurroundings {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly publisher: Notifier;
  readonly provider: Provider;
  /** Names the invocation in leases. */
  readonly invocation: string;
  /** Aborted shortly before the function's time is over: no further delete is begun. */
  readonly signal: AbortSignal;
}
