import { ListMoved, type PageOptions } from "./list.ts";
import type { AnyOperation, ListShape } from "./operation.ts";
import type { AnyInput } from "./request.ts";

const MOST_PAGES_AHEAD = 16;

/** One page as its operation answered it, and what the list's shape names in it. */
export interface Page {
  readonly body: unknown;
  readonly items: readonly unknown[];
  readonly total: number | undefined;
}

/** Fetches the page that an input asks for, and gives its parsed body. */
export type FetchPage = (input: AnyInput) => Promise<unknown>;

/** Reads a list page by page, in order. Throws ListMoved, and what `fetch` throws. */
export async function* readPages(
  operation: AnyOperation,
  fetch: FetchPage,
  input: AnyInput,
  options: PageOptions = {},
): AsyncGenerator<Page> {
  const shape = operation.list;
  if (shape === undefined) throw new TypeError(`${operation.name} is not a list`);
  const reading = new Reading(operation.name, shape, fetch, input, options);
  if (shape.by === "none") yield reading.whole(await reading.fetch({}));
  else if (shape.by === "offset") yield* byOffset(reading, pagesAhead(options));
  else yield* byMarker(reading, pagesAhead(options) > 0);
}

function pagesAhead({ pagesAhead = 0 }: PageOptions): number {
  if (!Number.isInteger(pagesAhead) || pagesAhead < 0 || pagesAhead > MOST_PAGES_AHEAD) {
    throw new RangeError(`pagesAhead must be a whole number from 0 to ${MOST_PAGES_AHEAD}`);
  }
  return pagesAhead;
}

async function* byOffset(reading: Reading, depth: number): AsyncGenerator<Page> {
  const ahead = new Map<number, Promise<Page>>();
  let offset = reading.number("offset") ?? 0;
  for (;;) {
    const fetched = ahead.get(offset);
    // A page shorter than asked for: what was fetched ahead begins at the wrong places.
    if (fetched === undefined) ahead.clear();
    else ahead.delete(offset);
    const page = await (fetched ?? reading.at(offset));
    for (let next = 1; next <= depth; next += 1) {
      const at = offset + next * reading.limit;
      if (page.total !== undefined && at < page.total && !ahead.has(at))
        ahead.set(at, started(reading.at(at)));
    }
    offset += page.items.length;
    const last = reading.isLast(page, offset);
    reading.watch(page, offset, last);
    yield page;
    if (last) return;
  }
}

async function* byMarker(reading: Reading, ahead: boolean): AsyncGenerator<Page> {
  // Where reading starts in the middle, nobody knows how many came before.
  let seen = reading.text("marker") === undefined ? 0 : undefined;
  let next: Promise<Page> | undefined = reading.fetch({});
  while (next !== undefined) {
    const page: Page = await next;
    if (seen !== undefined) seen += page.items.length;
    const last = reading.isLast(page, seen);
    const marker = idOf(page.items.at(-1));
    if (!last && marker === undefined)
      throw new TypeError(`${reading.operation}: an item without id cannot be paged after`);
    reading.watch(page, seen, last);
    const follow: () => Promise<Page> = () => reading.fetch({ marker });
    next = last || !ahead ? undefined : started(follow());
    yield page;
    if (!last) next ??= follow();
  }
}

/** A promise that is awaited later, or never: its failure counts only when somebody asks for the page. */
function started(page: Promise<Page>): Promise<Page> {
  page.catch(() => undefined);
  return page;
}

function idOf(item: unknown): string | undefined {
  return typeof item === "object" && item !== null && "id" in item && typeof item.id === "string"
    ? item.id
    : undefined;
}

/** One list being read: how its pages are asked for, and whether it stands still. */
class Reading {
  readonly operation: string;
  readonly limit: number;
  private readonly shape: ListShape;
  private readonly fetchPage: FetchPage;
  private readonly input: AnyInput;
  private readonly options: PageOptions;
  private readonly place: "query" | "body";
  private expected: number | undefined;
  private before: readonly unknown[] = [];

  constructor(
    operation: string,
    shape: ListShape,
    fetchPage: FetchPage,
    input: AnyInput,
    options: PageOptions,
  ) {
    this.operation = operation;
    this.shape = shape;
    this.fetchPage = fetchPage;
    this.input = input;
    this.options = options;
    this.place = shape.in ?? "query";
    this.limit = this.number("limit") ?? shape.maximumLimit;
  }

  /** What the caller said about paging. */
  text(name: string): string | undefined {
    const given = this.input[this.place];
    const value =
      typeof given === "object" && given !== null
        ? Object.entries(given).find(([key]) => key === name)?.[1]
        : undefined;
    return value === undefined ? undefined : String(value);
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  /** The first page is asked for without an offset: the task list's documents give it a minimum of 1. */
  at(offset: number): Promise<Page> {
    return this.fetch(offset === 0 ? {} : { offset });
  }

  async fetch(where: { offset?: number; marker?: string | undefined }): Promise<Page> {
    const paging = this.shape.by === "none" ? {} : { limit: this.limit, ...where };
    const given = this.input[this.place];
    const body = await this.fetchPage({ ...this.input, [this.place]: { ...(given ?? {}), ...paging } });
    const fields = new Map<string, unknown>(
      typeof body === "object" && body !== null ? Object.entries(body) : [],
    );
    const items = fields.get(this.shape.items);
    const total = fields.get(this.shape.total ?? "");
    return {
      body,
      items: Array.isArray(items) ? items : [],
      total: typeof total === "number" ? total : undefined,
    };
  }

  /** The one page of a list that is not paged. */
  whole(page: Page): Page {
    this.watch(page, page.items.length, true);
    return page;
  }

  /** `seen` is the number of items up to the end of this page; undefined where nobody knows. */
  isLast({ items, total }: Page, seen: number | undefined): boolean {
    if (items.length === 0) return true;
    return total === undefined || seen === undefined ? items.length < this.limit : seen >= total;
  }

  watch(page: Page, seen: number | undefined, last: boolean): void {
    const { total, items } = page;
    this.expected ??= total;
    const expected = this.expected ?? 0;
    const first = idOf(items[0]);
    if (total !== undefined && total !== expected)
      this.moved(expected, total, "its total changed while it was read");
    else if (first !== undefined && this.before.some((item) => idOf(item) === first)) {
      this.moved(expected, expected, `item ${first} came twice`);
    } else if (last && total !== undefined && seen !== undefined && seen < total) {
      this.moved(total, seen, "it ended before its total");
    }
    this.before = items;
  }

  private moved(expected: number, found: number, reason: string): void {
    const move = { operation: this.operation, expected, found, reason };
    if (this.options.moved !== "accept") throw new ListMoved(move);
    this.expected = found;
    this.options.onMoved?.(move);
  }
}
