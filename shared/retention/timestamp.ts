/**
 * Reads the provider's timestamps: `2020-02-23T01:00:32Z` and `2019-05-10T07:59:12.733403`, where no zone means UTC.
 * An offset such as `+08:00` and a space for the `T` are accepted too.
 *
 * They are read digit by digit because a million of them are read in one run, and because `Date.parse` takes a time
 * without a zone for local time. The reader keeps what it read last, so that reading allocates nothing.
 */
export class TimestampReader {
  /** Epoch milliseconds, floored. */
  time_ms = 0;
  /** The microseconds within that millisecond; anything finer is dropped. */
  microseconds = 0;

  /** Reads `text`; false when it is not a timestamp. */
  read(text: string): boolean {
    const seconds_ms = dateAndTime(text);
    const afterFraction = text[19] === "." ? skipDigits(text, 20) : 19;
    const offset_ms = zoneOffset(text, afterFraction);
    if (Number.isNaN(seconds_ms) || Number.isNaN(offset_ms) || afterFraction === 20) return false;
    const fraction = microsecondsIn(text, afterFraction);
    this.microseconds = fraction % 1000;
    this.time_ms = seconds_ms + (fraction - this.microseconds) / 1000 - offset_ms;
    return true;
  }
}

const LAST_DAY_OF_EVERY_MONTH = 28;

/** The first nineteen characters as if they were UTC, in epoch milliseconds; NaN when they are not a time. */
function dateAndTime(text: string): number {
  if (!isDatePart(text) || text[13] !== ":" || text[16] !== ":") return Number.NaN;
  const year = number(text, 0, 4);
  const month = number(text, 5, 7);
  const day = number(text, 8, 10);
  const hour = number(text, 11, 13);
  const minute = number(text, 14, 16);
  const second = number(text, 17, 19);
  // Date.UTC takes years below 100 for 19xx, and days past the end of a month for the next month's.
  const fits =
    year >= 100 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59;
  if (!fits || (day > LAST_DAY_OF_EVERY_MONTH && day > daysIn(year, month))) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function isDatePart(text: string): boolean {
  return text[4] === "-" && text[7] === "-" && (text[10] === "T" || text[10] === " ");
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The whole microseconds of a fraction of a second that begins after the dot at 19. */
function microsecondsIn(text: string, end: number): number {
  let value = 0;
  for (let at = 20; at < 26; at++) value = value * 10 + (at < end ? digit(text, at) : 0);
  return value;
}

/** What the rest of the text says about the zone, in milliseconds ahead of UTC; NaN when it says something else. */
function zoneOffset(text: string, at: number): number {
  if (text.length === at) return 0;
  if (text.length === at + 1) return text[at] === "Z" ? 0 : Number.NaN;
  if (text.length !== at + 6 || text[at + 3] !== ":") return Number.NaN;
  const hours = number(text, at + 1, at + 3);
  const minutes = number(text, at + 4, at + 6);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  const offset_ms = (hours * 60 + minutes) * 60_000;
  if (text[at] === "+") return offset_ms;
  return text[at] === "-" ? -offset_ms : Number.NaN;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (digit(text, at) <= 9) at++;
  return at;
}

/** The decimal number in text[from, to); NaN when anything there is not a digit. */
function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + digit(text, at);
  return value;
}

/** 0 to 9, or NaN where the text has no digit. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}
