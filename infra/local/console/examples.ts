import { eventExamples } from "../../../events/all.ts";
import type { ExampleEvent } from "../../../shared/pages/console/state.ts";

/** The example of every event of events/, as it arrives at a function. */
export function exampleEvents(): ExampleEvent[] {
  return eventExamples
    .map(({ name, payload }) => ({ name, text: JSON.stringify(payload, null, 2) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
