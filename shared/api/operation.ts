import type * as z from "zod";

/** A service of the provider, as its endpoint's host name begins. */
export type Service = "cbr" | "iam" | "dbss" | "hss" | "koophone";

/** The names between braces in a path: `/v3/{project_id}/vaults/{vault_id}` gives `project_id | vault_id`. */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;

/** Path parameters that the connection knows, so that no caller has to say them. */
type ConnectionParameter = "project_id" | "domain_id";

/** An error that the provider hides in a successful answer. */
export interface BodyFailure {
  readonly code: string;
  readonly message: string;
}

/** How a list is paged: which field holds the items and the total, and what asks for the next page. */
export interface ListShape {
  readonly items: string;
  /** The same field by the name that other documents give it. */
  readonly otherItems?: string;
  /** One item. Items are read one by one: an odd one costs only itself. */
  readonly item: z.ZodType;
  /** The field of an item that holds its id. Default: `id`. */
  readonly id?: string;
  /** The field with the number of all items, where there is one; a change of it while paging means that the list moved. */
  readonly total?: string;
  readonly by: "offset" | "marker" | "none";
  /** Where limit and offset travel. Default: the query. */
  readonly in?: "query" | "body";
  /** The largest page the provider gives. */
  readonly maximumLimit: number;
}

/**
 * One documented operation of the provider, written once, as data. From it come the typed client method, the
 * stand-in's route with its validation of both directions, the iterator of a list, the permissions of a function
 * and a line in docs/operations.md.
 */
interface Operation<
  Path extends string = string,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Headers extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answer extends z.ZodType | undefined = z.ZodType | undefined,
  List extends ListShape | undefined = ListShape | undefined,
> {
  readonly name: string;
  readonly service: Service;
  readonly summary: string;
  /** The document and section it comes from. */
  readonly source: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: Path;
  /** One schema for each parameter of the path. */
  readonly parameters: Readonly<Record<PathParameters<Path>, z.ZodType<string>>>;
  readonly query: Query;
  /** Headers that the operation itself documents; authentication is not among them. */
  readonly headers: Headers;
  readonly body: Body;
  readonly status: number;
  /** The answer's body; undefined where the documents promise none. */
  readonly answer: Answer;
  /** The action an IAM policy must allow, for example `cbr:vaults:backup`; undefined where none is documented. */
  readonly permission: string | undefined;
  /** Whose request it is: a project's (X-Project-Id), an account's (X-Domain-Id), or nobody's yet (a token request). */
  readonly scope: "project" | "account" | "public";
  /** Whether sending it twice has the effect of sending it once. Only then may the transport retry blindly. */
  readonly repeatable: boolean;
  /** Present where the operation is a list: how to page it. */
  readonly list?: List;
  /** Finds the error in a successful answer, for services that hide it there. */
  readonly failure?: ((answer: unknown) => BodyFailure | undefined) | undefined;
}

/** Any operation, whatever its schemas. */
export type AnyOperation = Operation;

type Optional<Schema> = Schema extends z.ZodType ? Schema : undefined;

type Definition<
  Path extends string,
  Query extends z.ZodType | undefined,
  Headers extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
  Answer extends z.ZodType | undefined,
  List extends ListShape | undefined,
> = Omit<
  Operation<Path, Query, Headers, Body, Answer, List>,
  "query" | "headers" | "body" | "answer" | "scope"
> & {
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: Body;
  readonly answer?: Answer;
  readonly scope?: Operation["scope"];
};

/** Writes one operation down. A path parameter without a schema, or one too many, does not compile. */
export function operation<
  const Path extends string,
  Query extends z.ZodType | undefined = undefined,
  Headers extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
  const List extends ListShape | undefined = undefined,
>(
  definition: Definition<Path, Query, Headers, Body, Answer, List>,
): Operation<Path, Optional<Query>, Optional<Headers>, Optional<Body>, Optional<Answer>, List> {
  // The four optional schemas are spelled out so that reading one never needs an `in` check.
  const { query, headers, body, answer } = definition as Definition<
    Path,
    Query,
    Headers,
    Body,
    Answer,
    List
  > & {
    query: Optional<Query>;
    headers: Optional<Headers>;
    body: Optional<Body>;
    answer: Optional<Answer>;
  };
  return { scope: "project", ...definition, query, headers, body, answer };
}

type Part<Name extends string, Schema> = Schema extends z.ZodType
  ? Record<never, never> extends z.input<Schema>
    ? { readonly [K in Name]?: z.input<Schema> }
    : { readonly [K in Name]: z.input<Schema> }
  : unknown;

type PathPart<Path extends string> = [Exclude<PathParameters<Path>, ConnectionParameter>] extends [never]
  ? unknown
  : { readonly path: Readonly<Record<Exclude<PathParameters<Path>, ConnectionParameter>, string>> };

/** What a caller says: path, query, headers and body, each only where the operation has it. */
export type Input<O extends AnyOperation> =
  O extends Operation<infer Path, infer Query, infer Headers, infer Body>
    ? PathPart<Path> & Part<"query", Query> & Part<"headers", Headers> & Part<"body", Body>
    : never;

/** What a caller gets: the parsed answer, or undefined where the documents promise none. */
export type Output<O extends AnyOperation> = O extends { readonly answer: infer Answer }
  ? Answer extends z.ZodType
    ? z.output<Answer>
    : undefined
  : never;

/** How an operation is paged; never for one that is no list. */
export type ListOf<O extends AnyOperation> = NonNullable<O["list"]>;

/** One item of a list. */
export type Item<O extends AnyOperation> = z.output<ListOf<O>["item"]>;
