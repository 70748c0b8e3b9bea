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

/** An item of a list that is not as its operation promises: what a decision needs of it is missing or mistyped. */
export interface UnreadableItem {
  readonly operation: string;
  /** Undefined when not even that can be read. */
  readonly id: string | undefined;
  /** What is wrong, and where in the item; never what was there. */
  readonly problem: string;
  /** The item as it came. */
  readonly raw: unknown;
}

/** A list has an item that cannot be read, and what is asked of it cannot be decided without that item. */
export class ListUnreadable extends Error {
  override readonly name = "ListUnreadable";

  constructor({ operation, id, problem }: UnreadableItem) {
    super(`${operation}: item ${id ?? "without an id"} cannot be read: ${problem}`);
  }
}

/** A text of an unreadable item, where at least that can be read: `textOf(item, "extra_info", "name")`. */
export function textOf({ raw }: UnreadableItem, ...path: readonly string[]): string | undefined {
  let value = raw;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return typeof value === "string" ? value : undefined;
}

/** Whether what bears this id may be one of them: missing among the readable items, it may be there all the same. */
export function mayBeAmong(unreadable: readonly UnreadableItem[], sought: string): boolean {
  return unreadable.some(({ id }) => id === undefined || id === sought);
}

/** One page of a list, read item by item. */
export interface ListPage<Item> {
  /** Those that can be read, in order. */
  readonly items: readonly Item[];
  readonly unreadable: readonly UnreadableItem[];
  /** How many items the whole list has; undefined where the provider does not say. */
  readonly total: number | undefined;
}

export interface PageOptions extends CallOptions {
  /** How many pages may be fetched before they are asked for. Default 0; at most 16. */
  readonly pagesAhead?: number | undefined;
  /** What to do when the list moves: throw ListMoved (the default), or tell `onMoved` and read on. */
  readonly moved?: "throw" | "accept" | undefined;
  readonly onMoved?: ((move: Move) => void) | undefined;
}

export interface ItemOptions extends PageOptions {
  /**
   * What an item that cannot be read means for the caller's decision: `refuse` ends the reading with ListUnreadable;
   * otherwise it is told of each, before the readable items of the same page, and reads on.
   */
  readonly unreadable: "refuse" | ((item: UnreadableItem) => void);
}
