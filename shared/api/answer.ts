import type * as z from "zod";
import { parseJson } from "./error-body.ts";
import type { WireAnswer } from "./exchange.ts";
import type { AnyOperation } from "./operation.ts";
import { inPlaceGuard } from "./operations/in-place.ts";
import { type Reader, RejectedAnswer } from "./transport.ts";

/** An answer as the low-level call gives it: `body` is parsed, or undefined where the documents promise none. */
export interface Answer {
  readonly status: number;
  readonly headers: WireAnswer["headers"];
  readonly body: unknown;
}

/** Gives the function that reads an operation's answers. Any success status will do: gateways differ there. */
export function answerReader({ answer: schema, failure }: AnyOperation): Reader<Answer> {
  const guard = schema === undefined ? undefined : inPlaceGuard(schema);
  return (answer) => {
    const { status, headers, body: text } = answer;
    if (status < 200 || status > 299) throw new RejectedAnswer({ answer });
    if (schema === undefined && failure === undefined) return { status, headers, body: undefined };
    const raw = parseJson(text);
    const refusal = failure?.(raw);
    if (refusal !== undefined) throw new RejectedAnswer({ answer, refusal });
    if (schema === undefined) return { status, headers, body: undefined };
    if (raw === undefined && text !== "")
      throw new RejectedAnswer({ answer, problem: "the answer is not JSON" });
    if (guard?.(raw) === true) return { status, headers, body: raw };
    const parsed = schema.safeParse(raw);
    if (parsed.success) return { status, headers, body: parsed.data };
    throw new RejectedAnswer({ answer, problem: describe(parsed.error) });
  };
}

/** The first thing that is wrong with an answer, by its place; never what was there. */
function describe({ issues: [issue] }: z.ZodError): string {
  return `the answer is not as documented at ${issue?.path.map(String).join(".") || "its root"}: ${issue?.message}`;
}
