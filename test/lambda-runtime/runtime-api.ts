import { serve } from "@hono/node-server";
import { Hono } from "hono";

/** How an invocation ended, as the runtime client tells it. */
export interface Ended {
  readonly ok: boolean;
  /** The handler's answer, or the error, as JSON text. */
  readonly body: string;
}

interface RuntimeApi {
  /** For the variable AWS_LAMBDA_RUNTIME_API. */
  readonly host: string;
  readonly ended: Promise<Ended>;
  close(): void;
}

interface Invocation {
  readonly event: unknown;
  readonly arn: string;
  /** How much real time the function has. */
  readonly limit_ms: number;
}

/**
 * What Lambda offers a runtime client, on loopback, for one invocation: the first that asks for the next one gets it, and
 * whoever asks again waits.
 */
export async function startRuntimeApi({ event, arn, limit_ms }: Invocation): Promise<RuntimeApi> {
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  const headers = {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": "00000000-0000-4000-8000-000000000000",
    "lambda-runtime-deadline-ms": String(Date.now() + limit_ms),
    "lambda-runtime-invoked-function-arn": arn,
  };
  let given = false;
  const api = new Hono().basePath("/2018-06-01/runtime");
  api.get("/invocation/next", async (context) => {
    if (given) return new Promise<Response>(() => {});
    given = true;
    return context.body(JSON.stringify(event), 200, headers);
  });
  const ends = { "/invocation/:id/response": true, "/invocation/:id/error": false, "/init/error": false };
  for (const [path, ok] of Object.entries(ends))
    api.post(path, async (context) => {
      resolve({ ok, body: await context.req.text() });
      return context.json({ status: "OK" }, 202);
    });
  return new Promise((started, failed) => {
    const server = serve({ fetch: api.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      started({
        host: `127.0.0.1:${port}`,
        ended,
        close() {
          server.close();
          if ("closeAllConnections" in server) server.closeAllConnections();
        },
      }),
    );
    server.once("error", failed);
  });
}
