import { randomUUID } from "node:crypto";

/** Chance, as handlers and jobs may use it: for jitter and for ids. Given to them, so that a simulation can seed it. */
export interface Random {
  /** A number at least 0 and below 1. */
  fraction(): number;
  /** An id that nobody else has, as a UUID. */
  id(): string;
}

export const systemRandom: Random = { fraction: () => Math.random(), id: () => randomUUID() };
