import type { reportDue } from "../../events/report-due.ts";
import type { Project } from "../../shared/estate/estate.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import { measuresOf } from "../../shared/lambda/measures.ts";
import { coverageReport } from "../../shared/report/coverage.ts";
import { morningText } from "../../shared/report/documents.ts";
import type { ProjectFacts } from "../../shared/report/facts.ts";
import { gatherProject } from "../../shared/report/gather.ts";
import { type Listings, providerListings, unreachable } from "../../shared/report/listings.ts";
import { nightsToReport } from "../../shared/report/nights.ts";
import type { ProjectCoverage } from "../../shared/report/schema.ts";
import { rememberUsage } from "../../shared/report/usage.ts";
import { definition } from "./definition.ts";

type ReportDeps = Deps<typeof definition>;

/** Writes the coverage report of the whole estate, and tells people where it is. */
export async function reportCoverage(_due: ReturnType<typeof reportDue.parse>, deps: ReportDeps) {
  const { estate, ledger, clock, publisher, page } = deps;
  const now_ms = clock.now();
  const dates = await nightsToReport(ledger, estate.projects, now_ms);
  const facts: ProjectFacts[] = [];
  for (const project of estate.projects) {
    const listings = await listingsOf(deps, project);
    const read = await gatherProject(project, { ledger, listings, dates, now_ms });
    facts.push(read);
    const used = read.vaults.map(({ id, billing }) => ({ id, used_mb: billing.used ?? 0 }));
    await rememberUsage(ledger, { project: project.name, date: dates.at(-1) ?? "", now_ms }, used);
  }
  const report = coverageReport(estate, facts, { dates, now_ms });
  // Read when there is something to write: a cold start is shorter by it.
  const { reportDocuments } = await import("../../shared/report/documents.ts");
  const documents = reportDocuments(report, await page());
  for (const document of Object.values(documents)) await publisher.store(document);
  const places = {
    html: publisher.placeOf(documents.html.name),
    json: publisher.placeOf(documents.json.name),
    csv: publisher.placeOf(documents.csv.name),
  };
  await publisher.notify(morningText(report, places));
  return { report: places, totals: report.totals, projects: report.projects.map(standingOf) };
}

/** How well a project is covered, in few numbers. */
function standingOf({ name, problems, resources }: ProjectCoverage) {
  const expected = resources.filter(({ objective_met }) => objective_met !== null);
  return {
    name,
    complete: problems.length === 0,
    objectives_missed: expected.filter(({ objective_met }) => !objective_met).length,
    // One that never had a good backup has no age; it is among the missed.
    oldest_uncovered_hours: expected.reduce(
      (oldest, { newest_good_age_hours }) => Math.max(oldest, newest_good_age_hours ?? 0),
      0,
    ),
  };
}

/** A project whose credential cannot be read is reported as such; the others are reported all the same. */
async function listingsOf({ provider }: ReportDeps, project: Project): Promise<Listings> {
  try {
    return providerListings(await provider(project));
  } catch (error) {
    return unreachable(error);
  }
}

export const implementation = implement(definition, reportCoverage, {
  // A report that could not be read to its end does not count: silence is what is alarmed on.
  measure: ({ projects }) =>
    projects.flatMap(({ name, complete, objectives_missed, oldest_uncovered_hours }) =>
      measuresOf(name, {
        ReportsWritten: complete ? 1 : 0,
        ObjectivesMissed: objectives_missed,
        OldestUncovered: oldest_uncovered_hours,
      }),
    ),
});
