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
    if (text.length < SHORTEST || !hasSeparators(text)) return false;
    const seconds_ms = dateAndTime(text);
    const zoneAt = text.length > SHORTEST && text[SHORTEST] === "." ? endOfDigits(text, 20) : SHORTEST;
    const offset_ms = zoneOffset(text, zoneAt);
    if (seconds_ms === INVALID || offset_ms === INVALID || zoneAt === 20) return false;
    const fraction_us = microsecondsUntil(text, zoneAt);
    this.microseconds = fraction_us % 1000;
    this.time_ms = seconds_ms + Math.floor(fraction_us / 1000) - offset_ms;
    return true;
  }
}

/** The length of `2020-02-23T01:00:32`. No character is ever read beyond the end: that is slow. */
const SHORTEST = 19;
const HYPHEN = 45;
const COLON = 58;
const SPACE = 32;
const LETTER_T = 84;
const LETTER_Z = 90;
const PLUS = 43;
const ZERO = 48;
/** Stands for a digit that is none: it makes any number it is part of greater than every limit below. */
const NO_DIGIT = 100_000;
/** Stands for a time or an offset that is none. */
const INVALID = Number.MAX_SAFE_INTEGER;
const LAST_DAY_OF_EVERY_MONTH = 28;

function hasSeparators(text: string): boolean {
  const between = text.charCodeAt(10);
  return (
    text.charCodeAt(4) === HYPHEN &&
    text.charCodeAt(7) === HYPHEN &&
    (between === LETTER_T || between === SPACE) &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  );
}

/** The first nineteen characters as if they were UTC, in epoch milliseconds. */
function dateAndTime(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return INVALID;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function isDate(year: number, month: number, day: number): boolean {
  // Date.UTC takes a year below 100 for one of the twentieth century.
  if (year < 100 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return day <= LAST_DAY_OF_EVERY_MONTH || Date.UTC(year, month - 1, day) < Date.UTC(year, month, 1);
}

/** The whole microseconds in the fraction of a second between the dot at 19 and `end`. */
function microsecondsUntil(text: string, end: number): number {
  let value = 0;
  for (let at = 20; at < 26; at++) value = value * 10 + (at < end ? digit(text, at) : 0);
  return value;
}

/** What the text says from `at` on about its zone, in milliseconds ahead of UTC. */
function zoneOffset(text: string, at: number): number {
  if (text.length === at) return 0;
  const sign = text.charCodeAt(at);
  if (text.length === at + 1) return sign === LETTER_Z ? 0 : INVALID;
  if (text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON) return INVALID;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (hours > 23 || minutes > 59 || (sign !== PLUS && sign !== HYPHEN)) return INVALID;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60_000;
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && digit(text, at) !== NO_DIGIT) at++;
  return at;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : NO_DIGIT;
}
