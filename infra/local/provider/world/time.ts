/** A moment of the world: epoch milliseconds whose fraction carries the microseconds that the provider shows. */
export type Moment = number;

export const second_ms = 1000;
export const minute_ms = 60 * second_ms;
export const hour_ms = 60 * minute_ms;
export const day_ms = 24 * hour_ms;

/** As most answers show it, without a zone (UTC): `2019-05-10T07:59:12.733403`. */
export function timestamp(at: Moment): string {
  const whole_ms = Math.floor(at);
  const micros = Math.min(999, Math.round((at - whole_ms) * 1000));
  return new Date(whole_ms).toISOString().slice(0, 23) + String(micros).padStart(3, "0");
}

/** A moment that may not have come yet: null until it has. */
export function timestampOrNull(at: Moment | undefined): string | null {
  return at === undefined ? null : timestamp(at);
}

/** As a policy's `start_time` shows it: `2020-01-08 09:59:49` (UTC). */
export function plainTime(at: Moment): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** Reads `2018-02-01T12:00:00Z` and its variants without zone (UTC); undefined when it is no date. */
export function readTime(text: string): Moment | undefined {
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? undefined : at;
}

/** The minutes east of UTC that `UTC+08:00` says; 0 for anything else. */
export function offsetMinutes(zone: string | undefined): number {
  const match = /^UTC\s?([+-])(\d{2}):(\d{2})$/.exec(zone ?? "");
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
