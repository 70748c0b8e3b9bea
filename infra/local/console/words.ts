import type { EngineEvent } from "../functions/events.ts";

/** An engine event as one line; undefined for what would only be noise (log lines are shown with their function). */
export function wordsOf(event: EngineEvent): { readonly text: string; readonly bad: boolean } | undefined {
  switch (event.type) {
    case "log":
      return undefined;
    case "schedule-fired":
      return fine(`${event.schedule} fired for ${event.scheduled_at}`);
    case "function-started":
      return fine(`${event.function} began${event.cold ? " (cold)" : ""}`);
    case "function-ended":
      return event.error
        ? bad(`${event.function} failed: ${event.error.type}: ${event.error.message}`)
        : fine(`${event.function} ended`);
    case "messages-sent":
    case "messages-received":
    case "messages-deleted":
      return fine(`${event.queue}: ${event.count} ${event.type.slice("messages-".length)}`);
    case "messages-failed":
      return bad(`${event.queue}: ${event.count} failed`);
    case "dead-lettered":
      return bad(`${event.queue}: ${event.count} dead letters more`);
    case "notified":
      return fine(`people were told: ${event.subject}`);
    case "denied":
      return bad(`${event.principal} may not ${event.action} on ${event.resource}`);
    case "engine-problem":
      return bad(`the engine has a problem: ${event.message}`);
  }
}

const fine = (text: string) => ({ text, bad: false });
const bad = (text: string) => ({ text, bad: true });
