import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Dispatcher } from "undici";
import * as z from "zod";
import { signingAuthenticator } from "../../../shared/api/authenticator.ts";
import type { Connection } from "../../../shared/api/connection.ts";
import { operation } from "../../../shared/api/operation.ts";
import { openDispatcher } from "../../../shared/api/pool.ts";
import { systemClock } from "../../../shared/runtime/clock.ts";

const id = z.string().min(1).max(64);
const thing = z.looseObject({ id: z.string(), name: z.string() });

/** Small operations of our own, so that these tests depend on no table. */
export const showThing = operation({
  name: "showThing",
  service: "cbr",
  summary: "Shows a thing.",
  source: "this test",
  method: "GET",
  path: "/v3/{project_id}/things/{thing_id}",
  parameters: { project_id: id, thing_id: id },
  query: z.object({
    limit: z.int().min(1).max(1000).optional(),
    status: z.array(z.string()).optional(),
    name: z.string().optional(),
  }),
  answer: z.looseObject({ thing }),
  status: 200,
  permission: "cbr:things:get",
  repeatable: true,
});

export const makeThing = operation({
  name: "makeThing",
  service: "cbr",
  summary: "Makes a thing.",
  source: "this test",
  method: "POST",
  path: "/v3/{project_id}/things",
  parameters: { project_id: id },
  body: z.strictObject({
    thing: z.strictObject({ name: z.string().min(1).max(64), size: z.int().max(10).optional() }),
  }),
  answer: z.looseObject({ thing }),
  status: 201,
  permission: "cbr:things:create",
  repeatable: false,
});

export const deleteThing = operation({
  name: "deleteThing",
  service: "cbr",
  summary: "Deletes a thing.",
  source: "this test",
  method: "DELETE",
  path: "/v3/{project_id}/things/{thing_id}",
  parameters: { project_id: id, thing_id: id },
  status: 204,
  permission: "cbr:things:delete",
  repeatable: true,
});

export const listThings = operation({
  name: "listThings",
  service: "cbr",
  summary: "Lists things.",
  source: "this test",
  method: "GET",
  path: "/v3/{project_id}/things",
  parameters: { project_id: id },
  query: z.object({
    limit: z.int().min(1).max(1000).optional(),
    offset: z.int().min(0).optional(),
    marker: z.string().optional(),
  }),
  answer: z.looseObject({ things: z.array(thing), count: z.int() }),
  status: 200,
  permission: "cbr:things:list",
  repeatable: true,
  list: { items: "things", total: "count", by: "offset", maximumLimit: 1000 },
});

/** An account's switch, answered with 200 and a code, as HSS and KooPhone do. */
export const switchThing = operation({
  name: "switchThing",
  service: "hss",
  summary: "Switches a thing.",
  source: "this test",
  method: "POST",
  path: "/v1/{domain_id}/things/{thing_id}/switch",
  parameters: { domain_id: id, thing_id: id },
  headers: z.object({ region: z.string() }),
  body: z.strictObject({ on: z.boolean() }),
  answer: z.looseObject({ error_code: z.union([z.string(), z.number()]) }),
  status: 200,
  permission: undefined,
  scope: "account",
  repeatable: false,
  failure(answer) {
    const parsed = z.looseObject({ error_code: z.coerce.string(), error_msg: z.string() }).safeParse(answer);
    if (!parsed.success || parsed.data.error_code === "0") return undefined;
    return { code: parsed.data.error_code, message: parsed.data.error_msg };
  },
});

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of this test on a free port of 127.0.0.1, closed at the end of the scope. */
export async function serve(listener: Listener): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

export async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

export const KEY = { kind: "aksk", ak: "AKEXAMPLE", sk: "skExampleThatMustNeverBeSeen" } as const;

/** A connection to `origin` with a pool of its own, closed at the end of the scope. */
export async function connect(
  origin: string,
  changes: Partial<Connection> = {},
): Promise<Connection & AsyncDisposable & { readonly dispatcher: Dispatcher | Connection["dispatcher"] }> {
  const own = changes.dispatcher === undefined ? await openDispatcher() : undefined;
  const dispatcher = changes.dispatcher ?? own;
  if (dispatcher === undefined) throw new Error("no dispatcher");
  return {
    project: { id: "project-1", domain_id: "domain-1", region: "eu-de" },
    endpoints: () => origin,
    authenticator: signingAuthenticator(KEY, { clock: systemClock }),
    clock: systemClock,
    random: { fraction: () => 0 },
    ...changes,
    dispatcher,
    async [Symbol.asyncDispose]() {
      await own?.destroy();
    },
  };
}
