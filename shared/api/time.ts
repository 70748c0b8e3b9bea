const date = String.raw`([1-9]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const clock = String.raw`([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?`;
const zone = String.raw`(?:Z|([+-])([01]\d):?([0-5]\d))?`;
const pattern = new RegExp(`^${date}[T ]${clock}${zone}$`);

/**
 * Reads a time of the provider: `2020-02-23T01:00:32Z`, `2019-05-10T07:59:12.733403`, `2019-05-08 06:57:05`, or with an
 * offset, as SFS Turbo writes it. Without a zone it is UTC; microseconds are floored.
 * @returns milliseconds since the epoch
 * @throws RangeError when the text is not such a time
 */
export function parseProviderTime(text: string): number {
  const match = pattern.exec(text);
  if (match === null) {
    throw new RangeError(`Not a time of the provider: ${JSON.stringify(text.slice(0, 64))}`);
  }
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHour, zoneMinute] = match;
  const local_ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, "0").slice(0, 3)),
  );
  // Date.UTC rolls 30 February over into March: a date that is not in the calendar is refused instead.
  if (new Date(local_ms).getUTCDate() !== Number(day)) {
    throw new RangeError(`Not a date in the calendar: ${JSON.stringify(text)}`);
  }
  const zone_minutes = sign === undefined ? 0 : Number(zoneHour) * 60 + Number(zoneMinute);
  return local_ms - (sign === "-" ? -zone_minutes : zone_minutes) * 60_000;
}

/** Whether parseProviderTime can read it. */
export function isProviderTime(text: string): boolean {
  try {
    return Number.isFinite(parseProviderTime(text));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A moment as a query's filter takes it, `2018-02-01T12:00:00Z`; milliseconds are floored. */
export function formatQueryTime(epoch_ms: number): string {
  return `${new Date(epoch_ms).toISOString().slice(0, 19)}Z`;
}
