import type { ListFaults } from "./handler.ts";

/** Documented: a page has 1 to 1000 records, 1000 when nothing is said. */
const default_limit = 1000;

interface Paging {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** The id of the last record of the page before. */
  readonly marker?: string | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly count: number;
  readonly limit: number;
  readonly offset: number;
}

/** Cuts one page out of everything that matches. A marker that is not there gives an empty page. */
export function paged<T>(
  matching: readonly T[],
  { limit = default_limit, offset = 0, marker }: Paging,
  lists: ListFaults,
  idOf: (item: T) => string,
): Page<T> {
  const moved = lists.drifts && offset > 0 ? matching.slice(1) : matching;
  const start = marker === undefined ? offset : startAfter(moved, marker, idOf);
  const most = Math.min(limit, lists.largest_page);
  return { items: moved.slice(start, start + most), count: moved.length, limit, offset };
}

function startAfter<T>(items: readonly T[], marker: string, idOf: (item: T) => string): number {
  const index = items.findIndex((item) => idOf(item) === marker);
  return index < 0 ? items.length : index + 1;
}

/** Sorts by `key[:asc|desc],…`; a key without a direction is descending. Missing values come first ascending. */
export function sorted<T>(
  items: readonly T[],
  sort: string | undefined,
  valueAt: (item: T, key: string) => string | number | undefined,
): readonly T[] {
  if (sort === undefined) return items;
  const keys = sort.split(",").map((part) => {
    const [key = "", direction] = part.split(":");
    return { key, sign: direction === "asc" ? 1 : -1 };
  });
  return items.toSorted((left, right) => {
    for (const { key, sign } of keys) {
      const order = compare(valueAt(left, key), valueAt(right, key));
      if (order !== 0) return sign * order;
    }
    return 0;
  });
}

function compare(left: string | number | undefined, right: string | number | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  return left < right ? -1 : 1;
}
