import { type ErrorBody, readErrorBody } from "./error-body.ts";
import { findCode } from "./errors/codes.ts";
import type { NextMove } from "./errors/table.ts";
import type { ExchangeFailure, WireAnswer, WireHeaders } from "./exchange.ts";
import type { AnyOperation, BodyFailure, Service } from "./operation.ts";
import { parseRetryAfter } from "./retry-after.ts";

export type { NextMove };

/** A call that the provider refused, or that did not come back. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly operation: string;
  readonly service: Service;
  /** The HTTP status; undefined where none arrived. */
  readonly status: number | undefined;
  /** The provider's code, `HTTP.<status>` where it gave none, or ours: `TIMEOUT`, `CONNECTION_LOST` and so on. */
  readonly code: string;
  /** The documented handling measure for the code. */
  readonly measure: string | undefined;
  readonly requestId: string | undefined;
  /**
   * `retry`: it had no effect, or a second one does no harm. `wait`: something else is in progress. `give-up`: the same
   * request will be refused again. `ambiguous`: nobody can know whether it took effect, so look.
   */
  readonly next: NextMove;
  /** What the provider asked to wait, as far as it is heeded: minutes at most. */
  readonly retryAfter_ms: number | undefined;
  /** Whether the provider refused because of too many calls. */
  readonly throttled: boolean;

  constructor(message: string, fields: ProviderErrorFields, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.operation = fields.operation;
    this.service = fields.service;
    this.status = fields.status;
    this.code = fields.code;
    this.measure = fields.measure;
    this.requestId = fields.requestId;
    this.next = fields.next;
    this.retryAfter_ms = fields.retryAfter_ms;
    this.throttled = fields.throttled;
  }
}

/** What such an error is made of, besides its message. */
export type ProviderErrorFields = Omit<ProviderError, keyof Error>;

/** Whether the provider does not accept the credential, or what it asks for. */
export const isDenied = ({ status }: ProviderError): boolean => status === 401 || status === 403;

/** Whether the provider says that what was asked for does not exist. */
export const isMissing = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && error.status === 404;

/** How a call went wrong. */
type Outcome = AnsweredOutcome | { readonly failure: ExchangeFailure };

/** How it went wrong although there was an answer. */
export type AnsweredOutcome =
  /** The status says that it failed. */
  | { readonly answer: WireAnswer }
  /** The status says that it worked, the body that it did not. */
  | { readonly answer: WireAnswer; readonly refusal: BodyFailure }
  /** The status says that it worked, the body is not what was promised. */
  | { readonly answer: WireAnswer; readonly problem: string };

/** Makes the one error of a failed call. `note` is added to its message; `redact` takes secrets out of it. */
export function providerError(
  operation: AnyOperation,
  outcome: Outcome,
  { note, redact = (text) => text }: { note?: string | undefined; redact?: (text: string) => string } = {},
): ProviderError {
  const fields =
    "failure" in outcome ? lostFields(operation, outcome.failure) : answerFields(operation, outcome);
  const { service, name } = operation;
  const { status, code, measure, requestId, next, said } = fields;
  const parts = [
    `${name}:${status === undefined ? "" : ` ${status}`} ${code}: ${said.slice(0, 500)}`,
    measure,
    note,
    requestId === undefined ? undefined : `request id ${requestId}`,
    `next: ${next}`,
  ];
  const message = redact(parts.filter((part) => part !== undefined && part !== "").join("; "));
  const cause = "failure" in outcome ? outcome.failure : undefined;
  return new ProviderError(message, { ...fields, operation: name, service }, cause);
}

/** The gateway writes its prefix in two ways. */
const THROTTLED_CODE = /^APIGW?\.0308$/;

type Described = Omit<ProviderErrorFields, "operation" | "service"> & { readonly said: string };

function lostFields(operation: AnyOperation, failure: ExchangeFailure): Described {
  const { reason, sent, status, message } = failure;
  const worked = status !== undefined && status >= 200 && status < 300;
  const unread = reason === "TOO_LARGE" || reason === "UNREADABLE";
  return {
    status,
    code: reason,
    said: message,
    measure: undefined,
    requestId: undefined,
    next: !sent ? "retry" : (worked && unread) || !operation.repeatable ? "ambiguous" : "retry",
    retryAfter_ms: undefined,
    throttled: false,
  };
}

function answerFields(operation: AnyOperation, outcome: AnsweredOutcome): Described {
  const { status, headers, body } = outcome.answer;
  const requestId = header(headers, "x-request-id") ?? header(headers, "x-openstack-request-id");
  const common = { status, requestId, measure: undefined, retryAfter_ms: undefined, throttled: false };
  if ("problem" in outcome) {
    return { ...common, code: "UNREADABLE", said: outcome.problem, next: "ambiguous" };
  }
  const error: ErrorBody = "refusal" in outcome ? outcome.refusal : readErrorBody(body);
  const code = error.code ?? `HTTP.${status}`;
  const known = findCode(operation.service, code);
  const throttled = status === 429 || THROTTLED_CODE.test(code);
  return {
    ...common,
    code,
    said: error.message ?? "no message",
    requestId: requestId ?? error.requestId,
    measure: known?.measure,
    next: throttled ? "retry" : nextMove(operation, status, known?.next),
    retryAfter_ms: parseRetryAfter(
      header(headers, "retry-after"),
      header(headers, "date"),
      operation.service,
    ),
    throttled,
  };
}

/** The next move after an answer that was no throttling; `documented` is that of its code, where it has one. */
function nextMove(operation: AnyOperation, status: number, documented: NextMove | undefined): NextMove {
  const unknown = operation.repeatable ? "retry" : "ambiguous";
  if (documented !== undefined) return documented === "ambiguous" ? unknown : documented;
  // A server that failed, or waited too long for us, may have acted before it did.
  if (status >= 500 || status === 408) return unknown;
  // A failure hidden in a success, with a code that no document explains.
  if (status < 300) return operation.repeatable ? "give-up" : "ambiguous";
  return "give-up";
}

/** One header's value; undefined where it is missing. */
export function header(headers: WireHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
