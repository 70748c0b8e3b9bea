import type { Service } from "./operation.ts";

const minute_ms = 60_000;

/**
 * A service is never left alone for longer than this, whatever it asks for: its own window is no longer, and a gateway that
 * answers a day, or a date of its own, would stop every night of a project.
 */
const longestWait_ms: Readonly<Record<Service, number>> = {
  // Integrators report 200 calls in 5 minutes.
  cbr: 5 * minute_ms,
  // Documented: 5 or 600 calls a minute.
  hss: 2 * minute_ms,
  iam: 2 * minute_ms,
  dbss: 2 * minute_ms,
  koophone: 2 * minute_ms,
};

/** The longest that any service is left alone. */
export const mostWait_ms = Math.max(...Object.values(longestWait_ms));

/**
 * How long a Retry-After header asks to wait, in milliseconds, as far as it is heeded; undefined without a usable one. It
 * holds seconds, or a date, which counts from the answer's own Date so that the two clocks need not agree.
 */
export function parseRetryAfter(
  value: string | undefined,
  date: string | undefined,
  service: Service,
): number | undefined {
  if (value === undefined) return undefined;
  const asked_ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date ?? "");
  return Number.isNaN(asked_ms) ? undefined : Math.min(Math.max(0, asked_ms), longestWait_ms[service]);
}
