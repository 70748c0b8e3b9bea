import type { PageOptions } from "./list.ts";
import type { AnyOperation } from "./operation.ts";
import { type FetchPage, type Page, Reading } from "./reading.ts";
import type { AnyInput } from "./request.ts";

const MOST_PAGES_AHEAD = 16;

/**
 * Gives the pages of a list, one each time it is called, in order, and undefined after the last. No generator: one
 * keeps its last page alive while it waits for the next.
 */
export type NextPage = () => Promise<Page | undefined>;

/** Starts to read a list. What it gives throws ListMoved, and what `fetch` throws. */
export function readPages(
  operation: AnyOperation,
  fetch: FetchPage,
  input: AnyInput,
  options: PageOptions,
): NextPage {
  const shape = operation.list;
  if (shape === undefined) throw new TypeError(`${operation.name} is not a list`);
  const { pagesAhead = 0 } = options;
  if (!Number.isInteger(pagesAhead) || pagesAhead < 0 || pagesAhead > MOST_PAGES_AHEAD) {
    throw new RangeError(`pagesAhead must be a whole number from 0 to ${MOST_PAGES_AHEAD}`);
  }
  const reading = new Reading(operation, shape, fetch, input, options);
  if (shape.by === "none") return onlyPage(reading);
  return shape.by === "offset" ? byOffset(reading, pagesAhead) : byMarker(reading, pagesAhead > 0);
}

function onlyPage(reading: Reading): NextPage {
  let read = false;
  return async () => {
    if (read) return undefined;
    read = true;
    const page = await reading.fetch({});
    reading.watch(page, page.ids.length, true);
    return page;
  };
}

function byOffset(reading: Reading, pagesAhead: number): NextPage {
  const ahead = new Map<number, Promise<Page>>();
  let offset = reading.givenNumber("offset") ?? 0;
  let done = false;
  /** How far apart pages begin: as far as was asked, or less where the provider caps them. */
  let step = reading.limit;
  // The first page is asked for without an offset: the task list's documents give it a minimum of 1.
  const fetch = (at: number) => reading.fetch(at === 0 ? {} : { offset: at });

  async function take(): Promise<Page> {
    const fetched = ahead.get(offset);
    if (fetched !== undefined) {
      ahead.delete(offset);
      return fetched;
    }
    // After a page shorter than those before it, what was fetched ahead begins at the wrong places.
    ahead.clear();
    return fetch(offset);
  }

  return async () => {
    if (done) return undefined;
    const page = await take();
    const begin = offset;
    offset += page.ids.length;
    done = reading.isLast(page, offset);
    reading.watch(page, offset, done);
    if (!done) step = Math.min(step, page.ids.length);
    for (let next = 1; next <= pagesAhead; next += 1) {
      const at = begin + next * step;
      if (page.total !== undefined && at < page.total && !ahead.has(at)) ahead.set(at, started(fetch(at)));
    }
    return page;
  };
}

/** Only the page before says where the next one begins, so there is at most one ahead. */
function byMarker(reading: Reading, ahead: boolean): NextPage {
  // Where reading starts in the middle, nobody knows how many came before.
  let seen = reading.given("marker") === undefined ? 0 : undefined;
  let marker = reading.given("marker");
  let coming: Promise<Page> | undefined;
  let done = false;
  return async () => {
    if (done) return undefined;
    const fetched = coming ?? reading.fetch({ marker });
    coming = undefined;
    const page = await fetched;
    if (seen !== undefined) seen += page.ids.length;
    done = reading.isLast(page, seen);
    reading.watch(page, seen, done);
    if (done) return page;
    marker = page.ids.at(-1);
    if (marker === undefined) {
      throw new TypeError(`${reading.operation}: an item without an id cannot be paged after`);
    }
    if (ahead) coming = started(reading.fetch({ marker }));
    return page;
  };
}

/** A promise that is awaited later, or never: its failure counts only when somebody asks for the page. */
function started(page: Promise<Page>): Promise<Page> {
  page.catch(() => undefined);
  return page;
}
