import type { CallOptions } from "./connection.ts";

/** How a list moved: its total when reading began (or since the last accepted move), and what was found instead. */
export interface Move {
  readonly operation: string;
  readonly expected: number;
  readonly found: number;
  readonly reason: string;
}

/** A list changed while it was read, so that items may be missing from what was read, or be in it twice. */
export class ListMoved extends Error implements Move {
  override readonly name = "ListMoved";
  readonly operation: string;
  readonly expected: number;
  readonly found: number;
  readonly reason: string;

  constructor({ operation, expected, found, reason }: Move) {
    super(
      `${operation}: ${reason} (${expected} items expected, ${found} found); read it again from its start`,
    );
    this.operation = operation;
    this.expected = expected;
    this.found = found;
    this.reason = reason;
  }
}

export interface PageOptions extends CallOptions {
  /** How many pages may be fetched before they are asked for. Default 0; at most 16. */
  readonly pagesAhead?: number | undefined;
  /** What to do when the list moves: throw ListMoved (the default), or tell `onMoved` and read on. */
  readonly moved?: "throw" | "accept" | undefined;
  readonly onMoved?: ((move: Move) => void) | undefined;
}
