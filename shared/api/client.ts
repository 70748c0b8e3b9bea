import { type Answer, answerReader } from "./answer.ts";
import type { CallOptions, Connection } from "./connection.ts";
import type { PageOptions } from "./list.ts";
import type { AnyOperation, Input, Item, ListOf, Output } from "./operation.ts";
import { type NextPage, readPages } from "./pages.ts";
import { type AnyInput, requestBuilder } from "./request.ts";
import { send } from "./transport.ts";

/** The input may be left out where nothing in it is mandatory. */
type Arguments<O extends AnyOperation, Options> =
  Record<never, never> extends Input<O>
    ? [input?: Input<O>, options?: Options]
    : [input: Input<O>, options?: Options];

/** A typed call of one operation, and for a list its iterators. */
export type Method<O extends AnyOperation> = {
  /** Throws InvalidRequest before anything was sent, ProviderError after. */
  (...given: Arguments<O, CallOptions>): Promise<Output<O>>;
  /** The same with the answer's status and headers. */
  answer(...given: Arguments<O, CallOptions>): Promise<Omit<Answer, "body"> & { readonly body: Output<O> }>;
} & ([ListOf<O>] extends [never] ? unknown : Lists<O>);

interface Lists<O extends AnyOperation> {
  /** Every page in order; holds one in memory, and `pagesAhead` more. Throws ListMoved. */
  pages(...given: Arguments<O, PageOptions>): AsyncIterableIterator<Output<O>>;
  /** Every item in order. */
  all(...given: Arguments<O, PageOptions>): AsyncIterableIterator<Item<O>>;
}

type Operations = Readonly<Record<string, AnyOperation>>;

/** One method for each operation that it was made of. */
export type Client<Table extends Operations> = { readonly [Name in keyof Table]: Method<Table[Name]> };

/**
 * Makes the client of some operations: `createClient({ listVaults, showVault }, connection)`. A bundle carries the
 * operations that are named here and no others.
 */
export function createClient<const Table extends Operations>(
  operations: Table,
  connection: Connection,
): Client<Table>;
export function createClient(operations: Operations, connection: Connection): object {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, createMethod(operation, connection)]),
  );
}

function createMethod(operation: AnyOperation, connection: Connection): object {
  const build = requestBuilder(operation, connection);
  const reader = answerReader(operation);
  const answer = async (input: AnyInput = {}, options?: CallOptions): Promise<Answer> =>
    send(connection, operation, build(input), reader, options);
  const call = async (input?: AnyInput, options?: CallOptions): Promise<unknown> =>
    (await answer(input, options)).body;
  const read = (input: AnyInput = {}, options: PageOptions = {}) =>
    readPages(operation, (page) => call(page, options), input, options);
  return Object.assign(call, {
    answer,
    pages: (input?: AnyInput, options?: PageOptions) => eachPage(read(input, options)),
    all: (input?: AnyInput, options?: PageOptions) => eachItem(read(input, options)),
  });
}

function eachPage(nextPage: NextPage): AsyncIterableIterator<unknown> {
  return {
    async next() {
      const page = await nextPage();
      return page === undefined ? { done: true, value: undefined } : { done: false, value: page.body };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* eachItem(nextPage: NextPage): AsyncGenerator<unknown> {
  let items: readonly unknown[] | undefined = (await nextPage())?.items;
  while (items !== undefined) {
    for (let index = 0; index < items.length; index += 1) yield items[index];
    // Let go before the next page comes.
    items = undefined;
    items = (await nextPage())?.items;
  }
}
