import type { Service } from "../../../shared/api/operation.ts";

/** How many calls a service takes from one user. */
interface Limit {
  readonly calls: number;
  readonly window_ms: number;
}

export type Limits = Partial<Readonly<Record<Service, Limit>>>;

/** Documented for host security: 5 calls a minute for one user. */
export const hss_limit: Limit = { calls: 5, window_ms: 60_000 };

/** Counts calls in sliding windows of the world's time. Refused calls do not count. */
export interface Throttle {
  limits: Limits;
  /** Undefined when the call may pass; else the milliseconds until the next one may. */
  check(service: Service, user_id: string, now_ms: number): number | undefined;
}

export function createThrottle(limits: Limits): Throttle {
  const passed = new Map<string, number[]>();
  return {
    limits,
    check(service, user_id, now_ms) {
      const limit = this.limits[service];
      if (limit === undefined) return undefined;
      const key = `${service} ${user_id}`;
      const recent = (passed.get(key) ?? []).filter((at) => at > now_ms - limit.window_ms);
      passed.set(key, recent);
      const [oldest] = recent;
      if (recent.length >= limit.calls && oldest !== undefined) return oldest + limit.window_ms - now_ms;
      recent.push(now_ms);
      return undefined;
    },
  };
}
