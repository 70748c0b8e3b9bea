import { eventExamples } from "../../events/all.ts";

/** events/examples/: one payload of each kind, as it arrives at a function, ready to be sent to it. */
export function renderEventExamples(): { path: string; content: string }[] {
  return eventExamples.map(({ name, payload }) => ({
    path: `events/examples/${name}.json`,
    content: `${JSON.stringify(payload, null, 2)}\n`,
  }));
}
