import * as z from "zod";
import { checkPrune } from "./check-prune.ts";
import { collisions } from "./collisions.ts";
import { type CheckpointRule, type Estate, estateSchema, type Project } from "./estate.ts";
import { withSharedRates } from "./services.ts";
import { springGap } from "./spring-gap.ts";

/** An estate that must not be deployed. Its message has one line for each problem: the field's path and what is expected. */
export class WrongEstate extends Error {
  override readonly name = "WrongEstate";
}

/** Reads an estate as a person wrote it, and checks what a schema cannot see. Throws WrongEstate. */
export function parseEstate(value: unknown, now_ms: number): Estate {
  const parsed = estateSchema.safeParse(value);
  if (!parsed.success) {
    throw new WrongEstate(
      parsed.error.issues
        .map(({ path, message }) => `${z.core.toDotPath(path) || "the estate"}: ${message}`)
        .join("\n"),
    );
  }
  const problems = checkEstate(parsed.data, now_ms);
  if (problems.length > 0) throw new WrongEstate(problems.join("\n"));
  return { ...parsed.data, projects: withSharedRates(parsed.data.projects) };
}

/** What is wrong with an estate although every field is right by itself. Pure. */
export function checkEstate(estate: Estate, now_ms: number): string[] {
  return [
    ...repeated(estate.projects.map(({ name }) => name)).map(
      (name) => `projects: the name ${name} is given to more than one project`,
    ),
    ...repeated(estate.projects.map(({ project_id }) => project_id)).map(
      (id) =>
        `projects: project_id ${id} is named by more than one project; its vaults would be backed up twice`,
    ),
    ...estate.projects.flatMap((project, index) => checkProject(project, `projects[${index}]`, now_ms)),
  ];
}

function checkProject(project: Project, path: string, now_ms: number): string[] {
  const rules = project.checkpoints;
  return [
    ...repeated(rules.map(({ name }) => name)).map(
      (name) => `${path}.checkpoints: the name ${name} is given to more than one rule`,
    ),
    ...rules.flatMap((rule, index) => checkSchedule(rule, project, `${path}.checkpoints[${index}]`, now_ms)),
    ...(project.prune ? checkSchedule(project.prune, project, `${path}.prune`, now_ms) : []),
    ...checkPrune(project, path),
    ...collisions(project, now_ms).map(
      ({ first, second, at }) =>
        `${path}.checkpoints[${rules.indexOf(second)}].schedule: rules ${first.name} (${scheduleText(first, project)}) and ${second.name} (${scheduleText(second, project)}) are both due at ${at} and may select the same vault; give one of them another time, or let it exclude what the other selects, for example by tags.none`,
    ),
  ];
}

function checkSchedule(
  { schedule }: Pick<CheckpointRule, "schedule">,
  project: Project,
  path: string,
  now_ms: number,
): string[] {
  const zone = schedule.timezone ?? project.timezone;
  const gap = springGap(schedule.cron, zone, now_ms);
  if (!gap) return [];
  const [hour, minute] = gap.proposal.split(":").map(Number);
  return [
    `${path}.schedule.cron: ${zone} skips that time on ${gap.day}, and the schedule would not fire; expected a time outside the gap, for example ${minute} ${hour} * * *`,
  ];
}

const scheduleText = ({ schedule }: CheckpointRule, { timezone }: Project) =>
  `${schedule.cron} ${schedule.timezone ?? timezone}`;

const repeated = (names: readonly string[]) => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
