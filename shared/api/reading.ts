import { ListMoved, type ListPage, type PageOptions } from "./list.ts";
import type { AnyOperation, ListShape } from "./operation.ts";
import type { AnyInput } from "./request.ts";

/** A page, and what paging goes by: everything that came, readable or not. */
export interface Page extends ListPage<unknown> {
  /** The id of each item that came; undefined for one without. */
  readonly ids: readonly (string | undefined)[];
}

/** Fetches the page that an input asks for. */
export type FetchPage = (input: AnyInput) => Promise<Page>;

/** Where a page begins. */
interface Place {
  readonly offset?: number;
  readonly marker?: string | undefined;
}

/** One list being read: how its pages are asked for, and whether it stands still. */
export class Reading {
  readonly operation: string;
  /** How many items a page is asked for. */
  readonly limit: number;
  private readonly shape: ListShape;
  private readonly fetchPage: FetchPage;
  private readonly input: AnyInput;
  private readonly options: PageOptions;
  private expected: number | undefined;
  /** The ids of the page before: not the page, of which there is to be one in memory. */
  private before: readonly (string | undefined)[] = [];

  constructor(
    { name }: AnyOperation,
    shape: ListShape,
    fetchPage: FetchPage,
    input: AnyInput,
    options: PageOptions,
  ) {
    this.operation = name;
    this.shape = shape;
    this.fetchPage = fetchPage;
    this.input = input;
    this.options = options;
    this.limit = this.givenNumber("limit") ?? shape.maximumLimit;
  }

  /** What the caller said about paging. */
  given(name: string): string | undefined {
    const given = this.input[this.shape.in ?? "query"];
    const fields = typeof given === "object" && given !== null ? Object.entries(given) : [];
    const value: unknown = fields.find(([key]) => key === name)?.[1];
    return value === undefined ? undefined : String(value);
  }

  givenNumber(name: string): number | undefined {
    const text = this.given(name);
    return text === undefined ? undefined : Number(text);
  }

  async fetch(place: Place): Promise<Page> {
    const paging = this.shape.by === "none" ? {} : { limit: this.limit, ...place };
    const where = this.shape.in ?? "query";
    return this.fetchPage({
      ...this.input,
      [where]: { ...(this.input[where] ?? {}), ...paging },
    });
  }

  /**
   * `seen` is the number of items up to the end of this page; undefined where nobody knows. A page that is shorter than
   * was asked for says nothing: gateways cap pages below the limit. Without a total only an empty page ends the list.
   */
  isLast({ ids, total }: Page, seen: number | undefined): boolean {
    return ids.length === 0 || (total !== undefined && seen !== undefined && seen >= total);
  }

  /** Throws ListMoved, or tells the caller, when this page does not fit to those before it. */
  watch({ total, ids }: Page, seen: number | undefined, last: boolean): void {
    this.expected ??= total;
    const expected = this.expected ?? 0;
    const [first] = ids;
    if (total !== undefined && total !== expected) {
      this.moved(expected, total, "its total changed while it was read");
    } else if (first !== undefined && this.before.includes(first)) {
      this.moved(expected, expected, `item ${first} came twice`);
    } else if (last && total !== undefined && seen !== undefined && seen < total) {
      this.moved(total, seen, "it ended before its total");
    }
    this.before = ids;
  }

  private moved(expected: number, found: number, reason: string): void {
    const move = { operation: this.operation, expected, found, reason };
    if (this.options.moved !== "accept") throw new ListMoved(move);
    this.expected = found;
    this.options.onMoved?.(move);
  }
}

/** An item's id, as it came; undefined where it has none. */
export function idIn(item: unknown, { id = "id" }: Pick<ListShape, "id">): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const value: unknown = Reflect.get(item, id);
  return typeof value === "string" ? value : undefined;
}
