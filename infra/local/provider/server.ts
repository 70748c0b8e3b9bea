import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { control_prefix } from "./control.ts";
import { foreign } from "./guard.ts";
import type { Cloud } from "./service.ts";
import type { CloudOutcome, IncomingCall } from "./wire.ts";

/** Documented for signed requests: a body of at most 12 MB. */
const maximum_body_bytes = 12 * 1024 * 1024;
const smallest_gzip_bytes = 1024;

interface ProviderOptions {
  readonly cloud: Cloud;
  /** 0 takes a free one. */
  readonly port: number;
  /** Compress larger answers for clients that accept it. */
  readonly gzip?: boolean | undefined;
  /** Told of what should never happen; the client gets a 500. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
}

export interface RunningProvider {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the cloud over HTTP on 127.0.0.1. Whatever arrives is answered in JSON, unless a fault rule says otherwise. */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, requireHostHeader: false },
    (request, response) => {
      void serve(options, request, response);
    },
  );
  server.keepAliveTimeout = 60_000;
  answerTheUnreadable(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  options: ProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const refusal = foreignControl(request);
    if (refusal !== undefined) {
      send(response, 403, { connection: "close" }, errorBody("CONTROL.403", refusal));
      return;
    }
    const body = await readBody(request);
    if (body === undefined) {
      send(response, 413, { connection: "close" }, errorBody("APIGW.0201", "The body is larger than 12 MB."));
      return;
    }
    respond(options, request, response, await options.cloud.answer(toCall(request, body)));
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    options.onDefect?.(error);
    if (!response.headersSent) send(response, 500, {}, errorBody("APIGW.0601", "Internal server error."));
  }
}

/** Controls ask for no credential: only this machine can reach them, and no page that its browser has open may. */
function foreignControl({ url, headers, socket }: IncomingMessage): string | undefined {
  if (!url?.startsWith(control_prefix)) return undefined;
  return foreign(headers, { port: socket.localPort ?? 0, what: "the control address" });
}

function toCall(request: IncomingMessage, body: Uint8Array): IncomingCall {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { method: request.method ?? "GET", url: request.url ?? "/", headers, body };
}

const no_body = new Uint8Array();

/**
 * The whole body; undefined when it is too large. Then its rest is read and dropped, since a client that is still sending
 * would not see the answer.
 */
function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Uint8Array[] = [];
    let size_bytes = 0;
    request.on("data", (chunk: Uint8Array) => {
      size_bytes += chunk.length;
      if (size_bytes <= maximum_body_bytes) chunks.push(chunk);
      else chunks = [];
    });
    request.once("error", reject);
    request.once("end", () => {
      const [only = no_body] = chunks;
      if (size_bytes > maximum_body_bytes) resolve(undefined);
      else resolve(chunks.length <= 1 ? only : Buffer.concat(chunks));
    });
  });
}

function respond(
  { gzip = false }: ProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
  outcome: CloudOutcome,
): void {
  if (outcome.kind === "hang") return;
  if (outcome.kind === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  const accepts = gzip && String(request.headers["accept-encoding"] ?? "").includes("gzip");
  if (!accepts || outcome.body.length < smallest_gzip_bytes) {
    send(response, outcome.status, outcome.headers, outcome.body);
    return;
  }
  send(response, outcome.status, { ...outcome.headers, "content-encoding": "gzip" }, gzipSync(outcome.body));
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { "content-type": "application/json", ...headers, ...length });
  response.end(status === 204 ? undefined : body);
}

function errorBody(code: string, message: string): string {
  return JSON.stringify({ error_code: code, error_msg: message });
}

const unreadable: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not end in time."],
};

/** Bytes that are no HTTP, and the methods that node keeps from ordinary handlers, get an error in JSON too. */
function answerTheUnreadable(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const [status, message] = unreadable[error.code ?? ""] ?? ["400 Bad Request", "The request is not HTTP."];
    refuseSocket(socket, status, message);
  });
  server.on("connect", (_request, socket: Socket) =>
    refuseSocket(socket, "404 Not Found", "CONNECT is no method of this API."),
  );
  server.on("checkExpectation", (_request, response: ServerResponse) =>
    send(response, 417, {}, errorBody("APIGW.0602", "The expectation cannot be met.")),
  );
}

function refuseSocket(socket: Socket, status: string, message: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = errorBody("APIGW.0602", message);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
