import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** The page sends this with whatever changes something. */
export const TOKEN_HEADER = "x-vigil-token";

/**
 * Lets in only what this machine's own page can send. A name that somebody has pointed at 127.0.0.1 is not our Host; a
 * page of somebody else has another Origin, and cannot know the token.
 */
export function guard({
  port,
  token,
}: {
  readonly port: () => number;
  readonly token: string;
}): MiddlewareHandler {
  return async (context, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = context.req.header("host") ?? "";
    if (!hosts.includes(host)) return context.text(`this console answers only at http://${hosts[0]}\n`, 403);
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`)
      return context.text("this console answers only its own page\n", 403);
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
