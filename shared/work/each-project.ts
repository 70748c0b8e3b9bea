import * as z from "zod";
import type { Clock } from "../core/clock.ts";
import { inParallel } from "../core/parallel.ts";
import type { Estate, Project } from "../estate/estate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import type { Notifier } from "../publish/publisher.ts";
import { clear, raise } from "./alert.ts";
import { findFailure, passes } from "./failure.ts";

interface EachProject {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly publisher: Notifier;
  /** Gives a signal that is aborted when this part, from 0 to 1, of the function's remaining time has passed. */
  readonly share: (part: number) => AbortSignal;
  /** Hears of every project that failed; the others go on. */
  readonly report: (project: Project, error: unknown) => void;
}

/** Since when something has been failing for a project, run after run. */
const projectFailureRecord = defineRecord({
  kind: "project-trouble",
  version: 1,
  schema: z.object({ project: z.string(), cause: z.string(), since_ms: z.number().int() }),
  partition: perProject("trouble"),
  sort: ({ cause }: { readonly cause: string }) => cause,
});

/** What passes by itself is told only when it has not after so long. */
const patience_ms = 30 * 60_000;

/** So many projects are looked after side by side. */
const projectsAtOnce = 16;

/** A project was not looked after in its share of the function's time; the others have theirs. */
export class ShareSpent extends Error {
  override readonly name = "ShareSpent";
  constructor() {
    super("its share of the function's time was spent before it was done; the next run goes on with it");
  }
}

/**
 * Does something for every project, each on its own: one with wrong credentials fails loudly and alone, and one that
 * hangs spends its own share of the function's time and nobody else's. People are notified at once of what does not pass
 * by itself, and of what should when it lasts; and again when it is over. `ended` hears of each project as soon as its
 * turn is over.
 */
export async function eachProject<Value>(
  deps: EachProject,
  cause: string,
  run: (project: Project, signal: AbortSignal) => Promise<Value>,
  ended: (project: Project, result: Value | "failed") => void = () => {},
): Promise<Record<string, Value | "failed">> {
  const { projects } = deps.estate;
  const unnotified: unknown[] = [];
  let waiting = projects.length;
  const results = await inParallel(
    projects,
    projectsAtOnce,
    async (project): Promise<[string, Value | "failed"]> => {
      // Should everybody before them hang, those who wait for their turn still have as much time as this one.
      const signal = deps.share(1 / Math.ceil(waiting / projectsAtOnce));
      waiting -= 1;
      const result = await within(signal, run(project, signal)).then(
        async (value): Promise<Value | "failed"> => {
          await over(deps, project, cause).catch((failure: unknown) => unnotified.push(failure));
          return value;
        },
        async (error: unknown): Promise<Value | "failed"> => {
          deps.report(project, error);
          await failing(deps, project, cause, error).catch((failure: unknown) => unnotified.push(failure));
          return "failed";
        },
      );
      ended(project, result);
      return [project.name, result];
    },
  );
  // What could not even be written down must not cost the others their turn; the run has failed all the same.
  if (unnotified.length > 0) throw unnotified[0];
  return Object.fromEntries(results);
}

/** Ends with the signal, whether or not what runs hears it: what is under way then is as safe as in a function that dies. */
function within<Value>(signal: AbortSignal, running: Promise<Value>): Promise<Value> {
  const spent = new Promise<never>((_, reject) => {
    const end = () => reject(new ShareSpent());
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  return Promise.race([running, spent]);
}

/** Time was short, or the provider failed in a way that passes. */
function isPassing(error: unknown): boolean {
  if (error instanceof ShareSpent) return true;
  const failure = findFailure(error);
  return failure !== undefined && passes(failure);
}

async function failing(
  { ledger, clock, publisher }: EachProject,
  { name }: Project,
  cause: string,
  error: unknown,
): Promise<void> {
  const now_ms = clock.now();
  const id = { project: name, cause };
  await projectFailureRecord.create(ledger, { ...id, since_ms: now_ms });
  const since_ms = (await projectFailureRecord.read(ledger, id))?.value.since_ms ?? now_ms;
  if (isPassing(error) && now_ms < since_ms + patience_ms) return;
  const why = error instanceof Error ? error.message : String(error);
  const text = `${cause} in project ${name} since ${new Date(since_ms).toISOString()}: ${why}`;
  await raise({ ledger, publisher, now_ms }, { ...id, subject, text });
}

async function over({ ledger, clock, publisher }: EachProject, { name }: Project, cause: string) {
  const id = { project: name, cause };
  const failure = await projectFailureRecord.read(ledger, id);
  if (!failure) return;
  const told = { ledger, publisher, now_ms: clock.now() };
  await clear(told, { ...id, subject, text: `${cause} in project ${name} is over.` });
  // Last: should we die before, people are told by the next run.
  await projectFailureRecord.remove(ledger, failure);
}

/** The alert is about all of the project; it has no other subject. */
const subject = "all of it";
