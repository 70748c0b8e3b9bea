import type { Dispatcher } from "undici";

export interface PoolOptions {
  /** How many connections may be open to one origin at most. Default 32. */
  readonly connections?: number;
  /** How long a connection may take to open, in real time. Default 5 s. */
  readonly connectTimeout_ms?: number;
  /** How long an idle connection stays open, in real time. Default 4 s; a server that says less is obeyed. */
  readonly keepAlive_ms?: number;
}

/**
 * Opens a pool for each origin, behind one Dispatcher. The only place that loads undici, which costs some 60 ms: at the
 * first call, so that a function that has nothing to say to the provider does not pay for it.
 */
export async function openDispatcher(options: PoolOptions = {}): Promise<Dispatcher> {
  const { connections = 32, connectTimeout_ms = 5_000, keepAlive_ms = 4_000 } = options;
  const { Agent } = await import("undici");
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
