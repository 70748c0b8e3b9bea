import * as z from "zod";
import { checkPrune } from "./check-prune.ts";
import { type CheckpointRule, type Estate, estateSchema, type Project } from "./estate.ts";
import type { Selection } from "./selection.ts";
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
    ...overlaps(project).map(
      ([a, b]) =>
        `${path}.checkpoints: rules ${a.name} and ${b.name} are due at the same time and may select the same vault; let one of them exclude what the other selects`,
    ),
  ];
}

function checkSchedule(
  { schedule }: Pick<CheckpointRule, "schedule">,
  project: Project,
  path: string,
  now_ms: number,
): string[] {
  const zone = schedule.time_zone ?? project.time_zone;
  const gap = springGap(schedule.cron, zone, now_ms);
  if (!gap) return [];
  const [hour, minute] = gap.proposal.split(":").map(Number);
  return [
    `${path}.schedule.cron: ${zone} skips that time on ${gap.day}, and the schedule would not fire; expected a time outside the gap, for example ${minute} ${hour} * * *`,
  ];
}

function overlaps({ checkpoints, time_zone }: Project): [CheckpointRule, CheckpointRule][] {
  const zoneOf = (rule: CheckpointRule) => rule.schedule.time_zone ?? time_zone;
  return checkpoints.flatMap((a, index) =>
    checkpoints
      .slice(index + 1)
      .filter(
        (b) =>
          a.schedule.cron === b.schedule.cron && zoneOf(a) === zoneOf(b) && !disjoint(a.select, b.select),
      )
      .map((b): [CheckpointRule, CheckpointRule] => [a, b]),
  );
}

/** Whether two selections can be seen to have no vault in common. */
function disjoint(a: Selection, b: Selection): boolean {
  const otherType = a.object_type && b.object_type && a.object_type !== b.object_type;
  const otherVaults = a.vault_ids && b.vault_ids && !a.vault_ids.some((id) => b.vault_ids?.includes(id));
  return Boolean(otherType || otherVaults || excludes(a, b) || excludes(b, a) || otherValue(a, b));
}

/** One wants a tag that the other refuses. */
const excludes = (a: Selection, b: Selection) =>
  a.tags?.all?.some((tag) =>
    b.tags?.none?.some((refused) => refused === tag || refused === tag.split("=")[0]),
  ) ?? false;

/** Both want the same key, with different values. */
function otherValue(a: Selection, b: Selection): boolean {
  const wanted = new Map((a.tags?.all ?? []).map((tag) => [tag.split("=")[0], tag.split("=")[1]]));
  return (b.tags?.all ?? []).some((tag) => {
    const [key = "", value] = tag.split("=", 2);
    const other = wanted.get(key);
    return value !== undefined && other !== undefined && other !== value;
  });
}

const repeated = (names: readonly string[]) => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
