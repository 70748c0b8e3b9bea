import { clockTime } from "../components/format.ts";
import { Section } from "../components/Section.tsx";
import type { ConsoleState, FunctionState, Run } from "./state.ts";

/** Functions with their last runs, durations and log lines. */
export function Functions({ state }: { readonly state: ConsoleState }) {
  return (
    <Section title="Functions" about="Durations are in the engine's time.">
      {state.functions.map((one) => (
        <FunctionPanel key={one.name} state={one} timeZone={state.timezone} />
      ))}
    </Section>
  );
}

function FunctionPanel({ state, timeZone }: { readonly state: FunctionState; readonly timeZone: string }) {
  const [latest] = state.runs;
  return (
    <details class="panel">
      <summary>
        <strong>{state.name}</strong> {state.total} runs, {state.failed} failed
        {latest && `, the last at ${clockTime(latest.started_ms, timeZone)}: ${resultOf(latest)}`}
      </summary>
      <div class="scroll">
        <table>
          <caption>Last runs</caption>
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col">Took</th>
              <th scope="col">Start</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {state.runs.map((run) => (
              <tr key={run.request_id}>
                <td>{clockTime(run.started_ms, timeZone)}</td>
                <td>{run.duration_ms === undefined ? "" : `${(run.duration_ms / 1000).toFixed(1)} s`}</td>
                <td>{run.cold ? "cold" : "warm"}</td>
                <td>{resultOf(run)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="logs" aria-label={`Log of ${state.name}`} tabIndex={0}>
        {state.logs.map(({ at_ms, line }, index) => (
          // Lines have no identity of their own; they only move down.
          <code key={index}>
            {clockTime(at_ms, timeZone)} {line}
          </code>
        ))}
      </section>
    </details>
  );
}

function resultOf({ error, duration_ms }: Run): string {
  if (error) return `✕ ${error}`;
  return duration_ms === undefined ? "… running" : "● done";
}
