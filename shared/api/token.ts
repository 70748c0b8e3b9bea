import type { Clock } from "../core/clock.ts";
import { once } from "../core/parallel.ts";
import { type Authenticator, anonymous } from "./authenticator.ts";
import { createClient } from "./client.ts";
import type { Connection } from "./connection.ts";
import { type Password, redactor } from "./credential.ts";
import type { WireRequest } from "./exchange.ts";
import type { AnyOperation } from "./operation.ts";
import { header } from "./provider-error.ts";
import { parseProviderTime } from "./time.ts";

/** A token is fetched anew this long before it expires, or a tenth of its life before, whichever is shorter. */
const LONGEST_MARGIN_MS = 300_000;

/** What a token is good for: one project's calls, or one account's. */
type TokenScope = "project" | "account";

interface Token {
  readonly value: string;
  /** On the connection's clock. */
  readonly expiresAt_ms: number;
}

interface TokenOptions {
  readonly clock: Pick<Clock, "now">;
  readonly credential: Password;
  readonly fetchToken: (scope: TokenScope) => Promise<Token>;
}

interface Held extends Token {
  readonly renewAt_ms: number;
}

/** Shows a token with each request: fetched once however many calls wait, kept until shortly before it expires. */
export function tokenAuthenticator({ clock, credential, fetchToken }: TokenOptions): Authenticator {
  const held = new Map<TokenScope, Held>();
  const fetching = new Map<TokenScope, Promise<void>>();

  async function fetchAnew(scope: TokenScope): Promise<void> {
    const askedAt_ms = clock.now();
    const token = await fetchToken(scope);
    const life_ms = token.expiresAt_ms - askedAt_ms;
    held.set(scope, { ...token, renewAt_ms: token.expiresAt_ms - Math.min(LONGEST_MARGIN_MS, life_ms / 10) });
  }

  function fetchOnce(scope: TokenScope): Promise<void> {
    const started = fetching.get(scope) ?? fetchAnew(scope).finally(() => fetching.delete(scope));
    fetching.set(scope, started);
    return started;
  }

  function show(request: WireRequest, scope: TokenScope): boolean {
    const token = held.get(scope);
    if (token === undefined || clock.now() >= token.renewAt_ms) return false;
    request.headers["x-auth-token"] = token.value;
    return true;
  }

  return {
    authenticate(request, operation) {
      const scope = scopeOf(operation);
      if (scope === undefined || show(request, scope)) return undefined;
      return fetchOnce(scope).then(() => {
        const token = held.get(scope);
        if (token !== undefined) request.headers["x-auth-token"] = token.value;
      });
    },
    async renew(request, operation) {
      const scope = scopeOf(operation);
      if (scope === undefined) return false;
      // Another call may have fetched a new one while this one was away.
      if (held.get(scope)?.value === request.headers["x-auth-token"]) held.delete(scope);
      return true;
    },
    redact: (text) => redactor([credential.password, ...[...held.values()].map(({ value }) => value)])(text),
  };
}

function scopeOf({ scope }: AnyOperation): TokenScope | undefined {
  return scope === "public" ? undefined : scope;
}

/** Fetches tokens from the provider's IAM through `connection`, whose own authenticator is not asked. */
export function tokenFetcher(
  { user, password, domain }: Password,
  connection: Omit<Connection, "authenticator">,
): (scope: TokenScope) => Promise<Token> {
  const hide = redactor([password]);
  const connect = once(async () => {
    // Here, and not above: most credentials sign, and a cold start should not make schemas that they do not need.
    const { createToken } = await import("./operations/iam.ts");
    return createClient({ createToken }, { ...connection, authenticator: { ...anonymous, redact: hide } });
  });
  return async (scope) => {
    const client = await connect();
    const { headers, body } = await client.createToken.answer({
      query: { nocatalog: "true" },
      body: {
        auth: {
          identity: {
            methods: ["password"],
            password: { user: { name: user, password, domain: { name: domain } } },
          },
          scope:
            scope === "project" ? { project: { id: connection.project.id } } : { domain: { name: domain } },
        },
      },
    });
    const value = header(headers, "x-subject-token");
    if (value === undefined) throw new TypeError("createToken: the answer has no X-Subject-Token header");
    return { value, expiresAt_ms: parseProviderTime(body.token.expires_at) };
  };
}
