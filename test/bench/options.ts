/** How thorough a run is. */
export interface BenchOptions {
  /** Rounds of each cold start. */
  readonly starts: number;
  /** Rounds of what takes seconds each. */
  readonly rounds: number;
  /** Vaults of the night. */
  readonly vaults: number;
  /** Backups that are pruned and reported. */
  readonly backups: number;
  /** The folder for a CPU profile of each cold start; profiling makes them slower. */
  readonly profiles?: string;
}

export const thorough: BenchOptions = { starts: 15, rounds: 3, vaults: 2000, backups: 100_000 };
/** To see whether the suite works; its figures say little. */
export const quick: BenchOptions = { starts: 3, rounds: 1, vaults: 100, backups: 5_000 };
