import type { CoverageReport } from "../../report/schema.ts";
import type { ConsoleState, ExampleEvent, LoggedEvent } from "./state.ts";

const token = () => document.querySelector<HTMLMetaElement>('meta[name="vigil-token"]')?.content ?? "";

async function read<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export const readState = () => read<ConsoleState>("/api/state");
export const readCoverage = () => read<CoverageReport>("/api/coverage");
export const readEvents = () => read<LoggedEvent[]>("/api/events");
export const readExamples = () => read<ExampleEvent[]>("/api/examples");

/** Asks the console to do something; tells what came of it, in words. */
export async function act(path: string, body: object): Promise<string> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-vigil-token": token() },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text).message : text;
}
