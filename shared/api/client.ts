import { type Answer, answerReader, pageReader } from "./answer.ts";
import type { CallOptions, Connection } from "./connection.ts";
import { type ItemOptions, type ListPage, ListUnreadable, type PageOptions } from "./list.ts";
import type { AnyOperation, Input, Item, ListOf, ListShape, Output } from "./operation.ts";
import { type NextPage, readPages } from "./pages.ts";
import { type AnyInput, type RequestBuilder, requestBuilder } from "./request.ts";
import { send } from "./transport.ts";

/** The input may be left out where nothing in it is mandatory. */
type Arguments<O extends AnyOperation, Options> =
  Record<never, never> extends Input<O>
    ? [input?: Input<O>, options?: Options]
    : [input: Input<O>, options?: Options];

/** A typed call of one operation, and for a list its iterators. */
type Method<O extends AnyOperation> = {
  /** Throws InvalidRequest before anything was sent, ProviderError after. */
  (...given: Arguments<O, CallOptions>): Promise<Output<O>>;
  /** The same with the answer's status and headers. */
  answer(...given: Arguments<O, CallOptions>): Promise<Omit<Answer, "body"> & { readonly body: Output<O> }>;
} & ([ListOf<O>] extends [never] ? unknown : Lists<O>);

interface Lists<O extends AnyOperation> {
  /** Every page in order; holds one in memory, and `pagesAhead` more. Throws ListMoved. */
  pages(...given: Arguments<O, PageOptions>): AsyncIterableIterator<ListPage<Item<O>>>;
  /** Every item in order. The caller says what an unreadable one means. Throws ListMoved, ListUnreadable. */
  all(input: Input<O>, options: ItemOptions): AsyncIterableIterator<Item<O>>;
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
  const { list } = operation;
  return Object.assign(call, { answer, ...(list && listMethods(operation, list, connection, build)) });
}

function listMethods(
  operation: AnyOperation,
  list: ListShape,
  connection: Connection,
  build: RequestBuilder,
): object {
  const reader = pageReader(operation, list);
  const read = (input: AnyInput = {}, options: PageOptions = {}): NextPage => {
    const fetch = async (page: AnyInput) => {
      const found = await send(connection, operation, build(page), reader, options);
      const { service } = operation;
      for (const { id, problem } of found.unreadable)
        connection.hooks?.unreadable?.({ operation: operation.name, service, id, problem });
      return found;
    };
    return readPages(operation, fetch, input, options);
  };
  return {
    pages: (input?: AnyInput, options?: PageOptions) => eachPage(read(input, options)),
    all: (input: AnyInput, options: ItemOptions) => eachItem(read(input, options), options.unreadable),
  };
}

function eachPage(nextPage: NextPage): AsyncIterableIterator<ListPage<unknown>> {
  return {
    async next() {
      const page = await nextPage();
      return page === undefined ? { done: true, value: undefined } : { done: false, value: page };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* eachItem(nextPage: NextPage, unreadable: ItemOptions["unreadable"]): AsyncGenerator<unknown> {
  const readable = async () => {
    const page = await nextPage();
    for (const item of page?.unreadable ?? []) {
      if (unreadable === "refuse") throw new ListUnreadable(item);
      unreadable(item);
    }
    return page?.items;
  };
  let items = await readable();
  while (items !== undefined) {
    for (let index = 0; index < items.length; index += 1) yield items[index];
    // Let go before the next page comes.
    items = undefined;
    items = await readable();
  }
}
