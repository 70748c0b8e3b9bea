import { useState } from "preact/hooks";
import { clockTime } from "../components/format.ts";
import { Section } from "../components/Section.tsx";
import type { LoggedEvent } from "./state.ts";

/** Lines that are drawn; the rest is remembered. */
const shown = 300;

/** What happens in the engine, as it happens. */
export function Events({
  events,
  timeZone,
}: {
  readonly events: readonly LoggedEvent[];
  readonly timeZone: string;
}) {
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const found = wanted ? events.filter((event) => event.text.toLowerCase().includes(wanted)) : events;
  return (
    <Section title="Events">
      <div class="table-tools">
        <label>
          Find <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <span class="quiet">{found.length} events, latest first</span>
      </div>
      <ol class="events">
        {found
          .slice(-shown)
          .toReversed()
          .map(({ number, at_ms, text: line, bad }) => (
            <li key={number} class={bad ? "bad" : undefined}>
              <time>{clockTime(at_ms, timeZone)}</time> {bad && <span aria-hidden="true">✕ </span>}
              <bdi>{line}</bdi>
            </li>
          ))}
      </ol>
    </Section>
  );
}
