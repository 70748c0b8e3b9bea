import { sleep } from "../core/clock.ts";
import { type Budget, type CallOptions, type Connection, DEFAULT_LIMITS, type Limits } from "./connection.ts";
import { ExchangeFailure, exchange, type WireAnswer, type WireRequest } from "./exchange.ts";
import type { AnyOperation } from "./operation.ts";
import { type AnsweredOutcome, header, ProviderError, providerError } from "./provider-error.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** A smaller difference between two clocks is no news. */
const NOTABLE_SKEW_MS = 60_000;

/** Reads an answer; throws RejectedAnswer for one that says or shows that the call failed. */
export type Reader<T> = (answer: WireAnswer) => T;

/** An answer that says, or shows, that the call failed. */
export class RejectedAnswer extends Error {
  readonly outcome: AnsweredOutcome;

  constructor(outcome: AnsweredOutcome) {
    super("the answer was rejected");
    this.outcome = outcome;
  }
}

/** One call on its way: what its attempts share. */
interface Call<T> {
  readonly connection: Connection;
  readonly operation: AnyOperation;
  readonly request: WireRequest;
  readonly read: Reader<T>;
  readonly limits: Limits;
  readonly signals: readonly AbortSignal[];
  /** On the connection's clock. */
  endsAt_ms: number;
}

/**
 * Sends a request, and again after an error whose next move is `retry`, within the call's attempts and time. The only
 * place that retries. Throws ProviderError, or what the budget or the authenticator threw.
 */
export async function send<T>(
  connection: Connection,
  operation: AnyOperation,
  request: WireRequest,
  read: Reader<T>,
  options: CallOptions | undefined,
): Promise<T> {
  const limits = limitsOf(connection, options);
  const endsAt_ms = connection.clock.now() + limits.deadline_ms;
  const signals = signalsOf(connection, options);
  const call: Call<T> = { connection, operation, request, read, limits, signals, endsAt_ms };
  let renewed = false;
  for (let attempt = 1; ; attempt += 1) {
    const sent: WireRequest = { ...request, headers: { ...request.headers } };
    const result = await attemptOnce(call, sent, attempt);
    if (!(result instanceof ProviderError)) return result;
    if (result.throttled) await connection.budget?.slowDown(result.retryAfter_ms, operation);
    if (result.status === 401 && !renewed && !isMalformedUrl(result)) {
      renewed = true;
      if (await renew(call, sent)) continue;
    }
    await pauseOrThrow(call, result, attempt);
  }
}

function limitsOf({ defaults }: Connection, options: CallOptions | undefined): Limits {
  if (defaults === undefined && options === undefined) return DEFAULT_LIMITS;
  const shared = { ...DEFAULT_LIMITS, ...defaults };
  return {
    ...shared,
    deadline_ms: options?.deadline_ms ?? shared.deadline_ms,
    attempts: options?.attempts ?? shared.attempts,
  };
}

function signalsOf(connection: Connection, options: CallOptions | undefined): readonly AbortSignal[] {
  return [connection.signal, options?.signal].filter((signal) => signal !== undefined);
}

/** Whether there is something new to prove the caller with. */
async function renew(call: Call<unknown>, refused: WireRequest): Promise<boolean> {
  try {
    return await untilEnd(call, call.connection.authenticator.renew(refused, call.operation));
  } catch (caught) {
    throw toProviderError(call, caught);
  }
}

/** The gateway answers 401 to an id that it cannot read; no newer key would help. */
function isMalformedUrl(error: ProviderError): boolean {
  return /malformed request url/i.test(error.message);
}

async function attemptOnce<T>(
  call: Call<T>,
  request: WireRequest,
  attempt: number,
): Promise<T | ProviderError> {
  const { connection, operation } = call;
  try {
    if (connection.budget !== undefined) await untilTurn(call, connection.budget);
    const waiting = connection.authenticator.authenticate(request, operation);
    if (waiting !== undefined) await untilEnd(call, waiting);
    if (connection.clock.now() >= call.endsAt_ms) throw new ExchangeFailure("TIMEOUT", TOO_LATE, false);
  } catch (caught) {
    return toProviderError(call, caught);
  }
  // Neither signed nor documented: a proxy may change it.
  request.headers["accept-encoding"] = "gzip";
  return exchangeOnce(call, request, attempt);
}

const TOO_LATE = "the deadline passed before it was sent";

async function exchangeOnce<T>(
  call: Call<T>,
  request: WireRequest,
  attempt: number,
): Promise<T | ProviderError> {
  const { connection, operation, limits, signals, endsAt_ms } = call;
  const { clock, hooks, project } = connection;
  const event = { operation: operation.name, service: operation.service, project: project.id, attempt };
  hooks?.request?.(event);
  const startedAt_ms = clock.now();
  let status: number | undefined;
  let error: ProviderError | undefined;
  try {
    const timeout_ms = endsAt_ms - startedAt_ms;
    const { maximumAnswer_bytes } = limits;
    const answer = await exchange(connection.dispatcher, request, {
      clock,
      timeout_ms,
      maximumAnswer_bytes,
      signals,
    });
    status = answer.status;
    return call.read(answer);
  } catch (caught) {
    error = toProviderError(call, caught);
    status = error.status;
    return error;
  } finally {
    hooks?.response?.({
      ...event,
      status,
      code: error?.code,
      next: error?.next,
      duration_ms: clock.now() - startedAt_ms,
      throttled: error?.throttled ?? false,
    });
  }
}

/** The one error for what ended an attempt; rethrows what is not about the provider. */
function toProviderError({ connection, operation }: Call<unknown>, caught: unknown): ProviderError {
  const { authenticator, clock } = connection;
  const redact = (text: string) => authenticator.redact(text);
  if (caught instanceof ExchangeFailure) return providerError(operation, { failure: caught }, { redact });
  if (!(caught instanceof RejectedAnswer)) throw caught;
  const { outcome } = caught;
  const note = outcome.answer.status === 401 ? skewNote(outcome.answer, clock.wall()) : undefined;
  return providerError(operation, outcome, { redact, note });
}

/** A wrong clock makes every signature wrong, and the provider does not say so. */
function skewNote({ headers }: WireAnswer, wall_ms: number): string | undefined {
  const skew_ms = wall_ms - Date.parse(header(headers, "date") ?? "");
  if (!(Math.abs(skew_ms) >= NOTABLE_SKEW_MS)) return undefined;
  const direction = skew_ms > 0 ? "ahead of" : "behind";
  const skew_s = Math.round(Math.abs(skew_ms) / 1000);
  return `the clock here is ${skew_s} s ${direction} the provider's, which accepts 15 minutes: set it right`;
}

/** Waits before the next attempt, or throws the error where there is to be none. */
async function pauseOrThrow(call: Call<unknown>, error: ProviderError, attempt: number): Promise<void> {
  const { connection, operation, limits, signals, endsAt_ms } = call;
  const { clock, random } = connection;
  const asked_ms = error.retryAfter_ms ?? 0;
  if (error.next !== "retry" || attempt >= limits.attempts || asked_ms > limits.maximumRetryAfter_ms)
    throw error;
  // Full jitter; on top of what the provider asked for, so that those it sent away do not come back together.
  const jitter_ms = random.fraction() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  const pause_ms = asked_ms + jitter_ms;
  if (clock.now() + pause_ms >= endsAt_ms) throw error;
  try {
    await sleep(clock, pause_ms, AbortSignal.any([...signals]));
  } catch {
    // The signal's own reason says no more than this does.
    const failure = new ExchangeFailure("ABORTED", `cancelled while waiting after: ${error.message}`, false);
    throw providerError(operation, { failure });
  }
}

/**
 * Waits for the budget. Nothing hangs on when something is read: the budget alone says how long a reading call waits, and
 * its time counts from its turn. Any other call must be sent, if at all, within its time.
 */
async function untilTurn(call: Call<unknown>, budget: Budget): Promise<void> {
  const { operation, connection, signals } = call;
  if (operation.method !== "GET") return untilEnd(call, budget.take(operation));
  const asked_ms = connection.clock.now();
  await untilAborted(signals, budget.take(operation));
  call.endsAt_ms += connection.clock.now() - asked_ms;
}

/** Waits for a promise, but not longer than the call may take. Until then nothing was sent. */
function untilEnd<T>({ connection, signals, endsAt_ms }: Call<unknown>, promise: Promise<T>): Promise<T> {
  const { clock } = connection;
  return new Promise((resolve, reject) => {
    const onTimeout = () => reject(new ExchangeFailure("TIMEOUT", TOO_LATE, false));
    const cancel = clock.after(Math.max(0, endsAt_ms - clock.now()), onTimeout);
    untilAborted(signals, promise).finally(cancel).then(resolve, reject);
  });
}

/** Waits for a promise, unless the call is cancelled. */
function untilAborted<T>(signals: readonly AbortSignal[], promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const clear = () => {
      for (const signal of signals) signal.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      clear();
      reject(new ExchangeFailure("ABORTED", "the call was cancelled before it was sent", false));
    };
    for (const signal of signals) signal.addEventListener("abort", onAbort);
    promise.finally(clear).then(resolve, reject);
    if (signals.some((signal) => signal.aborted)) onAbort();
  });
}
