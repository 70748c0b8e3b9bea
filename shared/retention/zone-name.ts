const FIXED = /^UTC([+-])(\d\d):(\d\d)$/;
/** Offsets and whole timestamps are taken for zones as well; a policy may only name one. */
const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;
/** Old names that ICU knows beside those of IANA; several mean something else elsewhere. */
const ONLY_ICU = /^(AC|AE|AG|AR|AS|BE|BS|CA|CN|CS|CT|EA|EC|IE|IS|JS|MI|NE|NS|PL|PN|PR|PS|SS|VS)T$/i;
/** No place on earth is further from UTC than fourteen hours. */
const MAX_OFFSET_MINUTES = 14 * 60;

/** Whether a policy's `timezone` is an IANA name or `UTC±hh:mm`. */
export function isTimeZone(zone: string): boolean {
  return FIXED.test(zone) ? fixedOffset_ms(zone) !== undefined : isIanaName(zone);
}

const common = new Set(Intl.supportedValuesOf("timeZone")).add("UTC");

/** Whether it is a name of the IANA time zone database, an alias included. */
export function isIanaName(zone: string): boolean {
  // Making the first format loads the locale's data, which would cost each cold start more than the rest of the estate.
  if (common.has(zone)) return true;
  if (!IANA_NAME.test(zone) || ONLY_ICU.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What `UTC±hh:mm` is from UTC, in milliseconds; undefined for anything else. */
export function fixedOffset_ms(zone: string): number | undefined {
  const match = FIXED.exec(zone);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (Number(match[3]) > 59 || minutes > MAX_OFFSET_MINUTES) return undefined;
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}
