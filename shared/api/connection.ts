import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { Authenticator } from "./authenticator.ts";
import type { Endpoints } from "./endpoints.ts";
import type { Dispatch } from "./exchange.ts";
import type { AnyOperation, Service } from "./operation.ts";
import type { NextMove } from "./provider-error.ts";

/** Whose requests a connection makes. */
interface Project {
  readonly id: string;
  /** The account's id: account-level calls need it. */
  readonly domain_id?: string | undefined;
  readonly region?: string | undefined;
}

/** A request is about to be sent. */
interface RequestEvent {
  readonly operation: string;
  readonly service: Service;
  readonly project: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** A request has ended, well or badly. */
export interface ResponseEvent extends RequestEvent {
  readonly status: number | undefined;
  /** Undefined when it went well; otherwise as in ProviderError, and so is `next`. */
  readonly code: string | undefined;
  readonly next: NextMove | undefined;
  readonly duration_ms: number;
  readonly throttled: boolean;
}

/** An item of a list could not be read. */
interface UnreadableEvent extends Pick<RequestEvent, "operation" | "service"> {
  readonly id: string | undefined;
  readonly problem: string;
}

/** For metrics and logs. A hook must not throw. */
export interface Hooks {
  request?(event: RequestEvent): void;
  response?(event: ResponseEvent): void;
  unreadable?(event: UnreadableEvent): void;
}

/** The rate budget that several functions share. */
export interface Budget {
  /** Resolves when this call may be sent; rejects when it may not be sent soon enough. Asked before every send. */
  take(operation: AnyOperation): Promise<void>;
  /** The provider refused because of too many calls. `retryAfter_ms` is what it asked for, if it did. */
  slowDown(retryAfter_ms: number | undefined, operation: AnyOperation): void | Promise<void>;
}

/** Limits of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * For the whole call with its retries; after it nothing is sent. What only reads waits for the budget besides, as long
   * as the budget lets it.
   */
  readonly deadline_ms?: number | undefined;
  /** How often it is sent at most, the first time included. */
  readonly attempts?: number | undefined;
}

/** Everything that the calls of one project share. */
export interface Connection {
  readonly project: Project;
  readonly endpoints: Endpoints;
  readonly authenticator: Authenticator;
  readonly dispatcher: Dispatch;
  readonly clock: Clock;
  readonly random: Pick<Random, "fraction">;
  readonly hooks?: Hooks | undefined;
  readonly budget?: Budget | undefined;
  /** Ends every call, for example shortly before the function's time is over. */
  readonly signal?: AbortSignal | undefined;
  readonly defaults?: Partial<Limits> | undefined;
}

export interface Limits {
  readonly deadline_ms: number;
  readonly attempts: number;
  /** A larger answer is not read to its end. */
  readonly maximumAnswer_bytes: number;
  /** A provider that asks to wait longer than this is not waited for: the error says how long it asked. */
  readonly maximumRetryAfter_ms: number;
}

export const DEFAULT_LIMITS: Limits = {
  deadline_ms: 30_000,
  attempts: 4,
  maximumAnswer_bytes: 64 * 1024 * 1024,
  maximumRetryAfter_ms: 20_000,
};
