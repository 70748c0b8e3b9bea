import type * as z from "zod";
import { type Invocation, invocationOf, logged, wrap } from "./function.ts";

interface UrlDefinition<Schema extends z.ZodType, Result extends { readonly status: number }> {
  readonly request: Schema;
  /** Gives the status to answer with. What else it gives is logged and not sent. */
  job(request: z.output<Schema>, invocation: Invocation): Promise<Result>;
}

/** A function behind a function URL. It answers with a status and no body: whoever asks may be anybody. */
export function urlFunction<Schema extends z.ZodType, Result extends { readonly status: number }>({
  request,
  job,
}: UrlDefinition<Schema, Result>) {
  return wrap(async (event: unknown, context) => {
    const parsed = request.safeParse(event);
    if (!parsed.success) return { statusCode: 400, body: "" };
    const { status } = await logged({ event: "request" }, () => job(parsed.data, invocationOf(context)));
    return { statusCode: status, body: "" };
  });
}
