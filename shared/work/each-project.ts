import type { Estate, Project } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Notifier } from "../runtime/publisher.ts";
import { clear, raise } from "./alert.ts";

export interface EachProject {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly publisher: Notifier;
  /** Hears of a project that failed; the others go on. */
  readonly report: (project: Project, error: unknown) => void;
}

/**
 * Does something for every project, each on its own: one with wrong credentials fails loudly and alone. People are told
 * once a day and cause, and told again when it works.
 */
export async function eachProject<Value>(
  { estate, ledger, clock, publisher, report }: EachProject,
  cause: string,
  run: (project: Project) => Promise<Value>,
): Promise<Record<string, Value | "failed">> {
  const results: Record<string, Value | "failed"> = {};
  for (const project of estate.projects) {
    const told = { ledger, publisher, now_ms: clock.now() };
    const subject = new Date(clock.now()).toISOString().slice(0, 10);
    const alert = { project: project.name, subject, cause };
    try {
      results[project.name] = await run(project);
      await clear(told, { ...alert, text: `${cause} is over in project ${project.name}.` });
    } catch (error) {
      report(project, error);
      results[project.name] = "failed";
      const why = error instanceof Error ? error.message : String(error);
      await raise(told, { ...alert, text: `${cause} in project ${project.name}: ${why}` });
    }
  }
  return results;
}
