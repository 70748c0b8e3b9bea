import type { Protectable } from "../api/operations/cbr/protectables.ts";
import type { Vault } from "../api/operations/cbr/vault.ts";
import type { Night } from "../checkpoints/night.ts";
import type { Slot } from "../checkpoints/slot.ts";
import type { Project } from "../estate/estate.ts";
import type { Usage } from "./capacity.ts";
import type { Grid } from "./grid.ts";
import type { NightSummary } from "./night.ts";
import type { InstancesCoverage, PolicyCoverage, PruningCoverage, WaitingApproval } from "./schema.ts";
import type { Tally } from "./tally.ts";

/** A night that the report shows, with what its slots came to. */
export interface NightFacts {
  readonly date: string;
  readonly night: Night;
  readonly summary: NightSummary;
}

/** A time at which a rule was due and no night was ever planned. */
export interface MissedNight {
  readonly date: string;
  readonly rule: string;
  readonly scheduled_at: string;
  readonly deadline_at_ms: number;
}

/** Everything that the report says of a project rests on this: what the ledger has and what the provider lists. */
export interface ProjectFacts {
  readonly project: Project;
  /** The report's nights, oldest first. */
  readonly dates: readonly string[];
  readonly nights: readonly NightFacts[];
  readonly missed: readonly MissedNight[];
  /** What the slots of these nights say of each resource. */
  readonly grid: Grid;
  /** The slots of each rule's latest night. */
  readonly tonight: readonly Slot[];
  readonly vaults: readonly Vault[];
  readonly tally: Tally;
  readonly protectables: readonly Protectable[];
  /** Of resources that are in no vault any more: resource id → MB. */
  readonly orphan_mb: ReadonlyMap<string, number>;
  readonly usage: ReadonlyMap<string, readonly Usage[]>;
  readonly instances: {
    readonly audit: InstancesCoverage;
    readonly hosts: InstancesCoverage;
    readonly phones: InstancesCoverage;
  };
  readonly pruning: PruningCoverage;
  readonly policies: readonly PolicyCoverage[];
  readonly approvals: readonly WaitingApproval[];
  /** What could not be read. */
  readonly problems: readonly string[];
}
