import type * as z from "zod";
import type { Connection } from "./connection.ts";
import type { WireRequest } from "./exchange.ts";
import { describeLimit } from "./limit.ts";
import type { AnyOperation } from "./operation.ts";
import { compilePath, InvalidRequest } from "./path.ts";
import { canonicalQuery } from "./signing.ts";

/** A caller's input, whatever the operation. */
export interface AnyInput {
  readonly path?: Readonly<Record<string, string>> | undefined;
  readonly query?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/** Checks an input and builds its request, without authentication. Throws InvalidRequest. */
export type RequestBuilder = (input: AnyInput) => WireRequest;

/** Prepares whatever does not depend on the input once for all calls. */
export function requestBuilder(operation: AnyOperation, connection: Connection): RequestBuilder {
  const { name, method, service } = operation;
  const origin = connection.endpoints(service);
  const buildPath = compilePath(name, operation.path);
  const parameters = pathParameters(operation, connection);
  const fixedHeaders = headersOf(operation, connection, new URL(origin).host);
  return (input) => {
    const body = check(operation, "body", operation.body, input.body);
    return {
      origin,
      method,
      path: buildPath((parameter) => parameters(input, parameter)),
      query:
        operation.query === undefined
          ? ""
          : queryOf(check(operation, "query", operation.query, input.query ?? {})),
      headers: operation.headers === undefined ? fixedHeaders : withHeaders(operation, fixedHeaders, input),
      body: body === undefined ? undefined : JSON.stringify(body),
    };
  };
}

/** The headers of every request of an operation, in the order in which they are signed. */
function headersOf(operation: AnyOperation, { project }: Connection, host: string): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/json", host };
  if (operation.scope === "project") headers["x-project-id"] = project.id;
  if (operation.scope === "account" && project.domain_id !== undefined)
    headers["x-domain-id"] = project.domain_id;
  return headers;
}

function withHeaders(
  operation: AnyOperation,
  fixed: Record<string, string>,
  input: AnyInput,
): Record<string, string> {
  const headers = { ...fixed };
  for (const [name, value] of entriesOf(
    check(operation, "headers", operation.headers, input.headers ?? {}),
  )) {
    if (value === undefined) continue;
    const text = String(value);
    if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) {
      throw new InvalidRequest(operation.name, `headers.${name}`, "must be printable ASCII");
    }
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

/** Finds a path's parameters: those that the connection knows are checked once, the others for each call. */
function pathParameters(operation: AnyOperation, { project }: Connection) {
  const schemas = new Map<string, z.ZodType<string>>(Object.entries(operation.parameters));
  const known = new Map<string, unknown>([
    ["project_id", project.id],
    ["domain_id", project.domain_id],
  ]);
  const checked = new Map<string, string>();
  return (input: AnyInput, name: string): string | undefined => {
    const before = checked.get(name);
    if (before !== undefined) return before;
    const value = check(operation, `path.${name}`, schemas.get(name), known.get(name) ?? input.path?.[name]);
    if (typeof value !== "string") return undefined;
    if (known.has(name)) checked.set(name, value);
    return value;
  };
}

/** The checked value, undefined without a schema. Throws InvalidRequest with the first thing that is wrong. */
function check(
  operation: AnyOperation,
  where: string,
  schema: z.ZodType | undefined,
  value: unknown,
): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, limit } = describeLimit(parsed.error);
  throw new InvalidRequest(operation.name, [where, ...path].join("."), limit);
}

function queryOf(query: unknown): string {
  const pairs: [string, string][] = [];
  for (const [name, value] of entriesOf(query)) {
    if (Array.isArray(value)) for (const one of value) pairs.push([name, String(one)]);
    else if (value !== undefined) pairs.push([name, String(value)]);
  }
  return canonicalQuery(pairs);
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
