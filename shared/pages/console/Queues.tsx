import { Section } from "../components/Section.tsx";
import type { ActionOf } from "./Actions.tsx";
import type { ConsoleState } from "./state.ts";

export function Queues({ state, run }: { readonly state: ConsoleState; readonly run: ActionOf }) {
  return (
    <Section
      title="Queues"
      about="A redrive puts dead letters back into their queue; they are checked again as if they were new."
    >
      <div class="scroll">
        <table>
          <caption>Messages</caption>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                Delayed
              </th>
              <th scope="col" class="number">
                In flight
              </th>
              <th scope="col" class="number">
                Dead letters
              </th>
              <th scope="col">Redrive</th>
            </tr>
          </thead>
          <tbody>
            {state.queues.map(({ name, waiting, delayed, in_flight, dead }) => (
              <tr key={name} data-queue={name}>
                <td>{name}</td>
                <td class="number">{waiting}</td>
                <td class="number">{delayed}</td>
                <td class="number">{in_flight}</td>
                <td class="number">{dead === undefined ? "" : `${dead > 0 ? "✕ " : ""}${dead}`}</td>
                <td>
                  {dead !== undefined && (
                    <button
                      type="button"
                      disabled={dead === 0}
                      onClick={() => run("/api/redrive", { queue: name })}
                    >
                      Redrive<span class="visually-hidden"> {name}</span>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
