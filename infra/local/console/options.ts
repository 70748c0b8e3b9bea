import type { Estate } from "../../../shared/estate/estate.ts";
import type { Ledger } from "../../../shared/ledger/ledger.ts";
import type { Engine } from "../engine.ts";
import type { Cloud } from "../provider/service.ts";
import type { History } from "./history.ts";

/** What the console shows and acts on. */
export interface ConsoleOptions {
  readonly engine: Engine;
  /** The stand-in cloud of this process. */
  readonly cloud: Cloud;
  readonly ledger: Ledger;
  readonly estate: Estate;
  /** Its `record` must be the engine's listener (or be called by it). */
  readonly history: History;
  /** How much faster than real time the engine's clock runs. */
  readonly speed: number;
  /** 0 takes a free one. */
  readonly port: number;
}
