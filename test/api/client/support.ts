import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import * as z from "zod";
import { signingAuthenticator } from "../../../shared/api/authenticator.ts";
import type { Connection } from "../../../shared/api/connection.ts";
import { operation } from "../../../shared/api/operation.ts";
import { openDispatcher } from "../../../shared/api/pool.ts";
import { ProviderError } from "../../../shared/api/provider-error.ts";
import { type Clock, systemClock } from "../../../shared/core/clock.ts";

const id = z.string().min(1).max(64);
export const thing = z.looseObject({ id: z.string(), name: z.string() });

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
  answer: z.looseObject({ things: z.array(thing), count: z.int().nullish() }),
  status: 200,
  permission: "cbr:things:list",
  repeatable: true,
  list: { items: "things", item: thing, total: "count", by: "offset", maximumLimit: 1000 },
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

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of this test on a free port of 127.0.0.1, closed at the end of the scope. */
export async function serve(listener: Listener): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
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
  const own = changes.dispatcher === undefined ? openDispatcher() : undefined;
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

/** A clock that stands until a test moves it. */
export class ManualClock implements Clock {
  private time_ms = Date.UTC(2026, 10, 21, 1);
  private timers: { readonly at_ms: number; readonly callback: () => void }[] = [];
  private waiters: (() => void)[] = [];

  now(): number {
    return this.time_ms;
  }

  wall(): number {
    return this.time_ms;
  }

  after(delay_ms: number, callback: () => void): () => void {
    const timer = { at_ms: this.time_ms + delay_ms, callback };
    this.timers.push(timer);
    for (const waiter of this.waiters.splice(0)) waiter();
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  advance(delay_ms: number): void {
    this.time_ms += delay_ms;
    const due = this.timers.filter(({ at_ms }) => at_ms <= this.time_ms);
    this.timers = this.timers.filter(({ at_ms }) => at_ms > this.time_ms);
    for (const { callback } of due) callback();
  }

  /** Resolves when somebody waits for at most `delay_ms` from now; says for how long. */
  async waiting(delay_ms: number): Promise<number> {
    for (;;) {
      const found = this.timers.find(({ at_ms }) => at_ms <= this.time_ms + delay_ms);
      if (found !== undefined) return found.at_ms - this.time_ms;
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  get pending(): number {
    return this.timers.length;
  }
}

/** The error of a call that must fail with a ProviderError. */
export async function failure(call: Promise<unknown>): Promise<ProviderError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error("the call was expected to fail");
}

/** A clock whose waits are over at once: for retries whose pauses do not matter. */
export const impatientClock: Clock = {
  ...systemClock,
  after: (delay_ms, callback) => systemClock.after(delay_ms >= 25_000 ? delay_ms : 0, callback),
};
