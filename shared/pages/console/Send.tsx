import { useEffect, useState } from "preact/hooks";
import { Section } from "../components/Section.tsx";
import type { ActionOf } from "./Actions.tsx";
import { readExamples } from "./server.ts";
import type { ConsoleState, ExampleEvent } from "./state.ts";

/** Sends any example event, changed or not, to any function. */
export function Send({ state, run }: { readonly state: ConsoleState; readonly run: ActionOf }) {
  const [examples, setExamples] = useState<readonly ExampleEvent[]>([]);
  const [target, setTarget] = useState(state.functions[0]?.name ?? "");
  const [text, setText] = useState("");
  useEffect(() => {
    readExamples().then(
      (read) => {
        setExamples(read);
        setText(read[0]?.text ?? "");
      },
      () => setExamples([]),
    );
  }, []);
  return (
    <Section title="Send an event" about="A function behind a queue receives it as one message of a batch.">
      <div class="table-tools">
        <label>
          Event{" "}
          <select
            onChange={(event) =>
              setText(examples.find(({ name }) => name === event.currentTarget.value)?.text ?? "")
            }
          >
            {examples.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Function{" "}
          <select value={target} onChange={(event) => setTarget(event.currentTarget.value)}>
            {state.functions.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => run("/api/send", { function: target, text })}>
          Send
        </button>
      </div>
      <label class="stacked">
        Payload
        <textarea
          rows={12}
          value={text}
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
    </Section>
  );
}
