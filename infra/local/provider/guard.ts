import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** The page sends this with whatever changes something. */
const TOKEN_HEADER = "x-vigil-token";

/**
 * Why a request to an address of this machine alone is not answered; undefined when it is. A name that somebody has pointed
 * at 127.0.0.1 is not our Host; a page of somebody else has another Origin.
 */
export function foreign(
  { host = "", origin }: { readonly host?: string | undefined; readonly origin?: string | undefined },
  { port, what }: { readonly port: number; readonly what: string },
): string | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(host)) return `${what} answers only at http://${hosts[0]}`;
  if (origin !== undefined && origin !== `http://${host}`) return `${what} answers only its own page`;
  return undefined;
}

/** Lets in only what this machine's own page can send: a page of somebody else cannot know the token either. */
export function guard({
  port,
  token,
}: {
  readonly port: () => number;
  readonly token: string;
}): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header("origin");
    const refusal = foreign(
      { host: context.req.header("host"), origin },
      { port: port(), what: "this console" },
    );
    if (refusal !== undefined) return context.text(`${refusal}\n`, 403);
    if (context.req.method !== "GET" && context.req.method !== "HEAD") {
      if (origin === undefined || !same(context.req.header(TOKEN_HEADER) ?? "", token))
        return context.text("this console acts only for its own page, which knows this run's token\n", 403);
    }
    return next();
  };
}

/** Compares in the same time whatever is wrong. */
function same(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
