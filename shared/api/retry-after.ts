/**
 * How long a Retry-After header asks to wait, in milliseconds; undefined without a usable one. It holds seconds, or a
 * date, which counts from the answer's own Date so that the two clocks need not agree.
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const wait_ms = Date.parse(value) - Date.parse(date ?? "");
  return Number.isNaN(wait_ms) ? undefined : Math.max(0, wait_ms);
}
