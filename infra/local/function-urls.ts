import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import type { Pages } from "./aws/gateway.ts";
import type { FunctionDefinition } from "./functions/environment.ts";
import type { Emit } from "./functions/events.ts";
import { type Functions, THROTTLED } from "./functions/functions.ts";
import { FUNCTION_URLS } from "./template/identities.ts";
import type { Model } from "./template/model.ts";

/** What everybody must be permitted before an address without authentication answers. */
const PERMISSIONS = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

const answerSchema = z.object({
  statusCode: z.number().int().default(200),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

/** The addresses of functions: requests become events and results answers, as Lambda does it (payload version 2.0). */
export function functionUrls(model: Model, functions: Functions, emit: Emit): Pages {
  const urls = new Map(
    model
      .all("AWS::Lambda::Url")
      .map(({ name, properties }) => [name, functions.find(properties.TargetFunctionArn)]),
  );
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith(FUNCTION_URLS)) return false;
    const [name = "", ...rest] = url.pathname.slice(FUNCTION_URLS.length).split("/");
    const target = urls.get(name);
    if (!target) return answer(response, 404, "there is no function at this address");
    const missing = PERMISSIONS.find((action) => !permits(model, target, action));
    if (missing !== undefined) {
      emit({ type: "denied", principal: "everybody", action: missing, resource: target.arn });
      return answer(response, 403, "Forbidden");
    }
    const event = await eventOf(request, url, `/${rest.join("/")}`);
    const outcome = await functions.invoke(target, event);
    if (!outcome.ok && outcome.error.type === THROTTLED) return answer(response, 429, "Too Many Requests");
    if (!outcome.ok) return answer(response, 502, "Internal Server Error");
    return give(response, outcome.result);
  };
}

function permits(model: Model, target: FunctionDefinition, action: string): boolean {
  return model
    .all("AWS::Lambda::Permission")
    .some(
      ({ properties: { Action, FunctionName, Principal } }) =>
        Action === action && Principal === "*" && [target.arn, target.name].includes(FunctionName),
    );
}

async function eventOf(request: IncomingMessage, url: URL, rawPath: string): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const names = [...new Set(url.searchParams.keys())];
  const { method = "GET", headers, httpVersion } = request;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    queryStringParameters: Object.fromEntries(
      names.map((name) => [name, url.searchParams.getAll(name).join(",")]),
    ),
    requestContext: {
      routeKey: "$default",
      stage: "$default",
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
    },
    body: Buffer.concat(chunks).toString("utf8"),
    isBase64Encoded: false,
  };
}

/** A result without a status code is itself the body of a 200. */
function give(response: ServerResponse, result: unknown): true {
  const whole = typeof result === "object" && result !== null && "statusCode" in result;
  if (!whole) return answer(response, 200, typeof result === "string" ? result : JSON.stringify(result));
  const parsed = answerSchema.safeParse(result);
  if (!parsed.success) return answer(response, 502, "Internal Server Error");
  const { statusCode, headers, body, isBase64Encoded } = parsed.data;
  response.writeHead(statusCode, headers);
  response.end(isBase64Encoded ? Buffer.from(body, "base64") : body);
  return true;
}

function answer(response: ServerResponse, status: number, text: string): true {
  response.writeHead(status, { "content-type": status === 200 ? "application/json" : "text/plain" });
  response.end(text);
  return true;
}
