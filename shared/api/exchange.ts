import type { Dispatcher } from "undici";
import type { Clock } from "../core/clock.ts";
import { AnswerBody } from "./answer-body.ts";

/** What we need of an undici Dispatcher: a simulation gives its own object with this one method. */
export type Dispatch = Pick<Dispatcher, "dispatch">;

/** A request as it goes over the wire. Headers are in lower case; whoever authenticates it adds to them. */
export interface WireRequest {
  readonly origin: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Encoded, without the query. */
  readonly path: string;
  /** Encoded, sorted, without the question mark; empty when there is none. */
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A complete answer, its body decompressed and decoded as UTF-8. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: WireHeaders;
  readonly body: string;
}

type FailureReason = "TIMEOUT" | "ABORTED" | "NOT_CONNECTED" | "CONNECTION_LOST" | "TOO_LARGE" | "UNREADABLE";

/** An exchange that ended without a usable answer. */
export class ExchangeFailure extends Error {
  override readonly name = "ExchangeFailure";
  readonly reason: FailureReason;
  /** Whether any of the request may have reached the other side. */
  readonly sent: boolean;
  /** The status, where at least that arrived. */
  readonly status: number | undefined;

  constructor(reason: FailureReason, message: string, sent: boolean, status?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.sent = sent;
    this.status = status;
  }
}

interface ExchangeOptions {
  readonly clock: Clock;
  readonly timeout_ms: number;
  readonly maximumAnswer_bytes: number;
  readonly signals: readonly AbortSignal[];
}

/**
 * Sends a request once and reads the whole answer. Rejects with ExchangeFailure only. Speaks undici 8's handler
 * interface itself: its `request()` would load undici and wrap every body in a stream.
 */
export function exchange(
  dispatcher: Dispatch,
  request: WireRequest,
  options: ExchangeOptions,
): Promise<WireAnswer> {
  if (options.signals.some((signal) => signal.aborted)) {
    return Promise.reject(new ExchangeFailure("ABORTED", "the call was cancelled before it was sent", false));
  }
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(resolve, reject, options);
    try {
      dispatcher.dispatch(dispatchOptions(request), handler);
    } catch (caught) {
      handler.onResponseError(null, caught);
    }
  });
}

function dispatchOptions({
  origin,
  method,
  path,
  query,
  headers,
  body,
}: WireRequest): Dispatcher.DispatchOptions {
  return {
    origin,
    method,
    path: query === "" ? path : `${path}?${query}`,
    headers,
    body: body ?? null,
    // The one deadline is ours, on our clock.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  private settled = false;
  private readonly resolve: (answer: WireAnswer | Promise<WireAnswer>) => void;
  private readonly reject: (failure: ExchangeFailure) => void;
  private readonly options: ExchangeOptions;
  private readonly cancelTimeout: () => void;
  private readonly onAbort: (() => void) | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  /** A request is given its controller just before its first byte is written; until then nothing was sent. */
  private sent = false;
  private status: number | undefined;
  private headers: WireHeaders = {};
  private compression: string | undefined;
  private body = new AnswerBody(false);

  constructor(
    resolve: (answer: WireAnswer | Promise<WireAnswer>) => void,
    reject: (failure: ExchangeFailure) => void,
    options: ExchangeOptions,
  ) {
    this.resolve = resolve;
    this.reject = reject;
    this.options = options;
    this.cancelTimeout = options.clock.after(options.timeout_ms, () =>
      this.fail("TIMEOUT", `no answer within ${options.timeout_ms} ms`),
    );
    if (options.signals.length > 0) {
      this.onAbort = () => this.fail("ABORTED", "the call was cancelled");
      for (const signal of options.signals) signal.addEventListener("abort", this.onAbort);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.settled) {
      controller.abort(new Error("the call ended before it was sent"));
      return;
    }
    this.controller = controller;
    this.sent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 1xx only announces the answer.
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    const coding = headers["content-encoding"];
    if (coding === undefined || coding === "identity") return;
    this.compression = String(coding);
    this.body = new AnswerBody(true);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.body.add(chunk) > this.options.maximumAnswer_bytes) this.failTooLarge();
  }

  onResponseEnd(): void {
    if (!this.settle()) return;
    const { status, headers, body, compression } = this;
    if (status === undefined) {
      this.reject(new ExchangeFailure("CONNECTION_LOST", "the answer ended before its status", true));
    } else if (compression === undefined) {
      this.resolve({ status, headers, body: body.text() });
    } else {
      this.resolve(this.decompress(status, compression, body.bytes()));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    if (!this.settle()) return;
    const code = codeOf(error);
    this.reject(
      this.sent
        ? new ExchangeFailure(
            "CONNECTION_LOST",
            `the connection was lost (${code})`,
            true,
            this.status,
            error,
          )
        : new ExchangeFailure("NOT_CONNECTED", `no connection (${code})`, false, undefined, error),
    );
  }

  private async decompress(status: number, coding: string, bytes: Buffer): Promise<WireAnswer> {
    if (bytes.length === 0) return { status, headers: this.headers, body: "" };
    if (coding.toLowerCase() !== "gzip") {
      throw new ExchangeFailure("UNREADABLE", `content-encoding ${coding} was not asked for`, true, status);
    }
    // Loaded at the first compressed answer: most functions never see one.
    const { gunzip } = await import("node:zlib");
    return new Promise((resolve, reject) => {
      gunzip(bytes, { maxOutputLength: this.options.maximumAnswer_bytes }, (error, body) => {
        if (error === null) resolve({ status, headers: this.headers, body: body.toString("utf8") });
        else if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") reject(this.tooLarge());
        else
          reject(
            new ExchangeFailure("UNREADABLE", "the answer is not the gzip it says", true, status, error),
          );
      });
    });
  }

  private tooLarge(): ExchangeFailure {
    const limit = `the answer is larger than ${this.options.maximumAnswer_bytes} bytes`;
    return new ExchangeFailure("TOO_LARGE", limit, true, this.status);
  }

  private failTooLarge(): void {
    if (!this.settle()) return;
    this.reject(this.tooLarge());
    this.controller?.abort(new Error("answer too large"));
  }

  private fail(reason: FailureReason, message: string): void {
    if (!this.settle()) return;
    this.reject(new ExchangeFailure(reason, message, this.sent, this.status));
    this.controller?.abort(new Error(message));
  }

  /** True for the first that ends the exchange; whatever comes after is ignored. */
  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.cancelTimeout();
    if (this.onAbort !== undefined) {
      for (const signal of this.options.signals) signal.removeEventListener("abort", this.onAbort);
    }
    return true;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
