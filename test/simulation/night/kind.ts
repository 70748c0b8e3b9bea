import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { EstateInput } from "../../../shared/estate/estate.ts";
import type { Account } from "./account.ts";
import type { Overrides } from "./deploy.ts";
import type { Stage } from "./stage.ts";

export type ProjectInput = EstateInput["projects"][number];

/** Something that must never be so. */
export interface Violation {
  /** Which of the invariants. */
  readonly rule: string;
  /** Whom it concerns: ids that the journal knows. */
  readonly about: readonly string[];
  readonly what: string;
  /** When it happened, where that is known: what came later is no part of its story. */
  readonly at_ms?: number;
}

/** Watches a stage and knows what must be true of it. */
export interface InvariantChecker {
  /** After every simulated day: what is broken now. Asks the provider's own state, not the ledger alone. */
  daily(): Promise<Violation[]>;
  /** After a calm day: everything must have converged. */
  final(): Promise<Violation[]>;
}

/** Of a kind that the estate has nothing of. */
export const nothingToWatch: InvariantChecker = { daily: async () => [], final: async () => [] };

/** Something that people do to the estate, at any time. */
export interface Action {
  readonly name: string;
  /** Which generation of the world brought it. Default: the first, whose actions are drawn from one stream. */
  readonly since?: number;
  /** How often it is done, as a share of all that people do. Only for what a later generation brought. */
  readonly share?: number;
  /** Does it somewhere; says whom it concerned, or nothing when there was nothing to do it to. */
  act(where: Whereabouts): string | undefined;
}

export interface Whereabouts {
  readonly account: Account;
  readonly random: SeededRandom;
  readonly stage: Stage;
}

/** One kind of work: what it needs of the world and of its functions, what people do to it, what must be true of it. */
export interface Kind {
  readonly name: string;
  /** Adds to the account's world, and to what the estate says about the project. */
  prepare(account: Account, random: SeededRandom, project: ProjectInput): ProjectInput;
  /** What the ledger knows from earlier days. */
  remember?(stage: Stage): Promise<void>;
  /** Watches a stage, before anything is deployed on it, and says what it needs of its functions. */
  begin(stage: Stage): { readonly checker: InvariantChecker; readonly overrides: Overrides };
  readonly actions: readonly Action[];
}
