import * as z from "zod";
import { ListMoved } from "../api/list.ts";
import { ProviderError } from "../api/provider-error.ts";
import type { Estate, Project } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import { BudgetSpent } from "../rate/budget.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Notifier } from "../runtime/publisher.ts";
import { clear, raise } from "./alert.ts";

export interface EachProject {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly publisher: Notifier;
  /** Hears of every project that failed; the others go on. */
  readonly report: (project: Project, error: unknown) => void;
}

/** Since when something has been failing for a project, run after run. */
const troubleRecord = defineRecord({
  kind: "project-trouble",
  version: 1,
  schema: z.object({ project: z.string(), cause: z.string(), since_ms: z.number().int() }),
  idOf: (trouble): { project: string; cause: string } => trouble,
  key: ({ project, cause }: { project: string; cause: string }) => ({
    partition: `trouble#${project}`,
    sort: cause,
  }),
});

/** What passes by itself is told only when it has not after so long. */
const patience_ms = 30 * 60_000;

/**
 * Does something for every project, each on its own: one with wrong credentials fails loudly and alone. People are told
 * at once of what does not pass by itself, and of what should when it lasts; and again when it is over.
 */
export async function eachProject<Value>(
  surroundings: EachProject,
  cause: string,
  run: (project: Project) => Promise<Value>,
): Promise<Record<string, Value | "failed">> {
  const results: Record<string, Value | "failed"> = {};
  const untold: unknown[] = [];
  for (const project of surroundings.estate.projects) {
    try {
      results[project.name] = await run(project);
      await over(surroundings, project, cause);
    } catch (error) {
      surroundings.report(project, error);
      results[project.name] = "failed";
      await failing(surroundings, project, cause, error).catch((failure: unknown) => untold.push(failure));
    }
  }
  // Whoever could not be told of one project must not cost the others their turn; the run has failed all the same.
  if (untold.length > 0) throw untold[0];
  return results;
}

/** The provider is busy or throttles, or a list moved: the next run will very likely do. */
function isPassing(error: unknown): boolean {
  if (error instanceof ListMoved || error instanceof BudgetSpent) return true;
  return error instanceof ProviderError && error.next !== "give-up";
}

async function failing(
  { ledger, clock, publisher }: EachProject,
  { name }: Project,
  cause: string,
  error: unknown,
): Promise<void> {
  const now_ms = clock.now();
  const id = { project: name, cause };
  await troubleRecord.create(ledger, { ...id, since_ms: now_ms });
  const since_ms = (await troubleRecord.read(ledger, id))?.value.since_ms ?? now_ms;
  if (isPassing(error) && now_ms < since_ms + patience_ms) return;
  const why = error instanceof Error ? error.message : String(error);
  const text = `${cause} in project ${name} since ${new Date(since_ms).toISOString()}: ${why}`;
  await raise({ ledger, publisher, now_ms }, { ...id, subject: subjectOf(since_ms), text });
}

async function over({ ledger, clock, publisher }: EachProject, { name }: Project, cause: string) {
  const id = { project: name, cause };
  const trouble = await troubleRecord.read(ledger, id);
  if (!trouble) return;
  const told = { ledger, publisher, now_ms: clock.now() };
  const subject = subjectOf(trouble.value.since_ms);
  await clear(told, { ...id, subject, text: `${cause} in project ${name} is over.` });
  // Last: should we die before, people are told by the next run.
  await ledger.remove(troubleRecord.key(id), trouble.revision);
}

const subjectOf = (since_ms: number) => new Date(since_ms).toISOString();
