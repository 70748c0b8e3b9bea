import { TimestampReader } from "../retention/timestamp.ts";

/** A provider timestamp in epoch milliseconds; undefined when it is none. */
export function timeOf(text: string | null | undefined): number | undefined {
  const reader = new TimestampReader();
  return text && reader.read(text) ? reader.time_ms : undefined;
}
