import type { Dispatcher } from "undici";
// The whole package evaluates fetch, WebSocket and caches as well: twice the time of a start that has to call the provider.
import Agent from "undici/lib/dispatcher/agent.js";

interface PoolOptions {
  /** How many connections may be open to one origin at most. Default 32. */
  readonly connections?: number;
  /** How long a connection may take to open, in real time. Default 5 s. */
  readonly connectTimeout_ms?: number;
  /** How long an idle connection stays open, in real time. Default 4 s; a server that says less is obeyed. */
  readonly keepAlive_ms?: number;
}

/**
 * Opens a pool for each origin, behind one Dispatcher. The only place that loads undici; what imports this file is itself
 * behind an `import()` (shared/lambda/first-event.ts), so that a function's start does without it.
 */
export function openDispatcher(options: PoolOptions = {}): Dispatcher {
  const { connections = 32, connectTimeout_ms = 5_000, keepAlive_ms = 4_000 } = options;
  return new Agent({
    connections,
    pipelining: 1,
    // One request on a connection at a time, so that a lost connection tells about one request only.
    allowH2: false,
    // IAM's tokens travel in a header and may be longer than Node's 16 KiB.
    maxHeaderSize: 64 * 1024,
    keepAliveTimeout: keepAlive_ms,
    connect: { timeout: connectTimeout_ms },
  });
}
