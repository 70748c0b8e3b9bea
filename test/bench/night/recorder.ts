import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/** One request that a server of this process was sent. */
export interface RecordedCall {
  readonly to: "dynamodb" | "sqs" | "sns" | "secretsmanager" | "s3" | "provider" | "other";
  /** The action of AWS; method and path at the provider. */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** Who signed it. */
  readonly key: string;
  readonly body: string;
}

const requestStarted = "http.server.request.start";

/** Writes down what all servers of this process are sent, in the order of arrival, until it is stopped. */
export function record(): {
  /** What has arrived since the last time. */
  take(): RecordedCall[];
  stop(): void;
} {
  let calls: (() => RecordedCall)[] = [];
  const hear = (message: unknown) => {
    // Node publishes the request of each exchange under this name.
    const { request } = message as { readonly request: IncomingMessage };
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    calls.push(() => describe(request, Buffer.concat(chunks).toString("utf8")));
  };
  subscribe(requestStarted, hear);
  return {
    take() {
      const taken = calls;
      calls = [];
      return taken.map((call) => call());
    },
    stop: () => unsubscribe(requestStarted, hear),
  };
}

function describe({ headers, method = "GET", url = "/" }: IncomingMessage, body: string): RecordedCall {
  const { authorization = "" } = headers;
  const seen = { method, url, body };
  const aws = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\//.exec(authorization);
  if (!aws) {
    const key = /Access=([^,]+)/.exec(authorization)?.[1] ?? "";
    const operation = `${method} ${url.split("?")[0]}`;
    return { ...seen, key, operation, to: key === "" ? "other" : "provider" };
  }
  const [, key = "", service = ""] = aws;
  const target =
    String(headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1) ?? "";
  return { ...seen, key, operation: target || method, to: serviceOf(service) };
}

function serviceOf(name: string): RecordedCall["to"] {
  if (name === "dynamodb" || name === "sqs" || name === "sns" || name === "secretsmanager" || name === "s3")
    return name;
  return "other";
}
