import type * as z from "zod";
import { parseJson } from "./error-body.ts";
import type { WireAnswer } from "./exchange.ts";
import type { UnreadableItem } from "./list.ts";
import type { AnyOperation, ListShape } from "./operation.ts";
import { inPlaceGuard } from "./operations/in-place.ts";
import { idIn, type Page } from "./reading.ts";
import { type Reader, RejectedAnswer } from "./transport.ts";

/** An answer as the low-level call gives it: `body` is parsed, or undefined where the documents promise none. */
export interface Answer {
  readonly status: number;
  readonly headers: WireAnswer["headers"];
  readonly body: unknown;
}

/** Gives the function that reads an operation's answers. Any success status will do: gateways differ there. */
export function answerReader(operation: AnyOperation): Reader<Answer> {
  const { answer: schema, failure } = operation;
  const guard = schema === undefined ? undefined : inPlaceGuard(schema);
  return (answer) => {
    const { status, headers } = answer;
    const raw =
      schema === undefined && failure === undefined ? checkStatus(answer) : readBody(operation, answer);
    if (schema === undefined) return { status, headers, body: undefined };
    if (guard?.(raw) === true) return { status, headers, body: raw };
    const parsed = schema.safeParse(raw);
    if (parsed.success) return { status, headers, body: parsed.data };
    throw new RejectedAnswer({ answer, problem: `the answer ${describe(parsed.error)}` });
  };
}

/**
 * Gives the function that reads the pages of a list, item by item: one that is not as promised is set aside, and the
 * others count. Only a page without its list is rejected.
 */
export function pageReader(operation: AnyOperation, shape: ListShape): Reader<Page> {
  const guard = inPlaceGuard(shape.item);
  return (answer) => {
    const fields = fieldsOf(readBody(operation, answer));
    const given = fields.get(shape.total ?? "");
    const total = typeof given === "number" ? given : undefined;
    const named = fields.get(shape.items) ?? fields.get(shape.otherItems ?? "");
    // Some write an empty list as null.
    const raw: unknown = (named ?? null) === null && total === 0 ? [] : named;
    if (!Array.isArray(raw))
      throw new RejectedAnswer({ answer, problem: `the answer has no list at ${shape.items}` });
    if (guard !== undefined && raw.every(guard)) return pageOf(raw, [], { raw, total, shape });
    const items: unknown[] = [];
    const unreadable: UnreadableItem[] = [];
    for (const item of raw) {
      const parsed = shape.item.safeParse(item);
      if (parsed.success) items.push(parsed.data);
      else {
        const id = idIn(item, shape);
        unreadable.push({
          operation: operation.name,
          id,
          problem: `it ${describe(parsed.error)}`,
          raw: item,
        });
      }
    }
    return pageOf(items, unreadable, { raw, total, shape });
  };
}

function pageOf(
  items: readonly unknown[],
  unreadable: readonly UnreadableItem[],
  { raw, total, shape }: { raw: readonly unknown[]; total: number | undefined; shape: ListShape },
): Page {
  return { items, unreadable, total, ids: raw.map((item) => idIn(item, shape)) };
}

/** The body of a successful answer as JSON; undefined for none. Throws RejectedAnswer. */
function readBody({ failure }: AnyOperation, answer: WireAnswer): unknown {
  checkStatus(answer);
  const raw = parseJson(answer.body);
  const refusal = failure?.(raw);
  if (refusal !== undefined) throw new RejectedAnswer({ answer, refusal });
  if (raw === undefined && answer.body !== "")
    throw new RejectedAnswer({ answer, problem: "the answer is not JSON" });
  return raw;
}

function checkStatus(answer: WireAnswer): undefined {
  if (answer.status < 200 || answer.status > 299) throw new RejectedAnswer({ answer });
}

function fieldsOf(body: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof body === "object" && body !== null ? Object.entries(body) : []);
}

/** The first thing that is wrong, by its place; never what was there. */
function describe({ issues: [issue] }: z.ZodError): string {
  return `is not as documented at ${issue?.path.map(String).join(".") || "its root"}: ${issue?.message}`;
}
