import { clockTime, moment } from "../components/format.ts";
import { Section } from "../components/Section.tsx";
import type { ActionOf } from "./Actions.tsx";
import type { ConsoleState } from "./state.ts";

export function Schedules({ state, run }: { readonly state: ConsoleState; readonly run: ActionOf }) {
  return (
    <Section title="Schedules">
      <div class="scroll">
        <table>
          <caption>Next firings</caption>
          <thead>
            <tr>
              <th scope="col">Schedule</th>
              <th scope="col">When</th>
              <th scope="col">Next</th>
              <th scope="col">Last</th>
              <th scope="col">By hand</th>
            </tr>
          </thead>
          <tbody>
            {state.schedules.map(({ name, description, expression, timezone, next_ms, last_ms }) => (
              <tr key={name}>
                <td>
                  <strong>{name}</strong>
                  <div class="quiet">{description}</div>
                </td>
                <td>
                  {expression} <span class="quiet">{timezone}</span>
                </td>
                <td>
                  {next_ms === undefined ? "never" : moment(new Date(next_ms).toISOString(), state.timezone)}
                </td>
                <td>{last_ms === undefined ? "not yet" : clockTime(last_ms, state.timezone)}</td>
                <td>
                  <button type="button" onClick={() => run("/api/fire", { schedule: name })}>
                    Fire now<span class="visually-hidden"> {name}</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
