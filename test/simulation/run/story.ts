import type { Entry } from "../models/journal.ts";
import type { Violation } from "../night/kind.ts";

/** So many of the last events are told. */
const most_events = 40;
const longest_line = 300;

/** The last events of what a violation concerns, in order, with their virtual times. */
export function storyOf(
  entries: readonly Entry[],
  { about, at_ms: end_ms = Number.POSITIVE_INFINITY }: Violation,
): string[] {
  const concerned = entries.filter(
    (entry) =>
      entry.at_ms <= end_ms &&
      (entry.about === "weather" || about.some((id) => entry.about === id || entry.what.includes(id))),
  );
  const faultProfile = concerned.filter((entry) => entry.about === "weather");
  const events = concerned.filter((entry) => entry.about !== "weather").slice(-most_events);
  return [...faultProfile, ...events]
    .sort((left, right) => left.at_ms - right.at_ms)
    .map(({ at_ms, about: who, what }) => `${time(at_ms)}  ${who}  ${shorten(what)}`);
}

const time = (at_ms: number) => new Date(at_ms).toISOString().replace("T", " ").slice(0, 23);
const shorten = (text: string) => (text.length <= longest_line ? text : `${text.slice(0, longest_line)}…`);
