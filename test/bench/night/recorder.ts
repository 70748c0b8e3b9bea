import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

/** One request that a server of this process was sent. */
export interface RecordedCall {
  readonly to: "dynamodb" | "sqs" | "sns" | "secretsmanager" | "s3" | "provider" | "other";
  /** The action of AWS; method and path at the provider. */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** Who signed it. */
  readonly key: string;
  /** Of the request's body, and of the answer's if it said so. */
  readonly bytes: number;
  readonly answer_bytes: number;
  readonly body: string;
}

const requestStarted = "http.server.request.start";

/** Writes down what all servers of this process are sent, in the order of arrival, until it is stopped. */
export function record({ bodies }: { readonly bodies: boolean }): {
  /** What has arrived since the last time. */
  take(): RecordedCall[];
  stop(): void;
} {
  let calls: (() => RecordedCall)[] = [];
  const hear = (message: unknown) => {
    // Node publishes both of each request under this name.
    const { request, response } = message as {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
    };
    const chunks: Buffer[] = [];
    if (bodies) request.on("data", (chunk: Buffer) => chunks.push(chunk));
    calls.push(() => ({
      ...describe(request, Buffer.concat(chunks).toString("utf8")),
      answer_bytes: Number(response.getHeader("content-length") ?? 0),
    }));
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

function describe(
  { headers, method = "GET", url = "/" }: IncomingMessage,
  body: string,
): Omit<RecordedCall, "answer_bytes"> {
  const { authorization = "" } = headers;
  const bytes = Number(headers["content-length"] ?? 0);
  const seen = { method, url, bytes, body };
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
