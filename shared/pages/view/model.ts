import { type CellState, cellStates, isCellState, isRed, worse } from "../../report/cells.ts";
import type { CellFailure, CoverageReport, ProjectCoverage, ResourceCoverage } from "../../report/schema.ts";

/** A resource with where it is, as every part of the page shows it. */
export interface Item {
  readonly project: ProjectCoverage;
  readonly resource: ResourceCoverage;
  readonly vault_name: string;
}

/** What the heat map puts together. */
export const groupings = {
  vault: {
    label: "vault",
    of: ({ vault_name, resource }: Item) => (resource.vault_id ? vault_name : "in no vault"),
  },
  rule: { label: "rule", of: ({ resource }: Item) => resource.rules.join(", ") || "no rule" },
  type: { label: "type", of: ({ resource }: Item) => resource.type },
  project: { label: "project", of: ({ project }: Item) => project.name },
} as const;
export type Grouping = keyof typeof groupings;

export interface Group {
  readonly key: string;
  readonly name: string;
  readonly items: readonly Item[];
  /** The worst state in each night. */
  readonly cells: readonly CellState[];
  /** How many of its resources are red, by night. */
  readonly red: readonly number[];
}

export function itemsOf({ projects }: CoverageReport): Item[] {
  return projects.flatMap((project) => {
    const names = new Map(project.vaults.map(({ id, name }) => [id, name]));
    return project.resources.map((resource) => ({
      project,
      resource,
      vault_name: names.get(resource.vault_id ?? "") ?? resource.vault_id ?? "",
    }));
  });
}

const letterAt = (nights: string, index: number): CellState => {
  const letter = nights[index] ?? "-";
  return isCellState(letter) ? letter : "-";
};

/** Groups in order of their trouble: red in the last night first, then red before, then by name. */
export function groupsOf(items: readonly Item[], grouping: Grouping, nights: number): Group[] {
  const { of } = groupings[grouping];
  const keyOf = (item: Item) =>
    grouping === "vault" ? (item.resource.vault_id ?? `${item.project.name} none`) : of(item);
  const groups = [...Map.groupBy(items, keyOf)].map(([key, members]): Group => {
    const cells = Array.from({ length: nights }, (): CellState => "-");
    const red = Array.from({ length: nights }, () => 0);
    for (const { resource } of members) {
      for (let night = 0; night < nights; night++) {
        const state = letterAt(resource.nights, night);
        cells[night] = worse(cells[night] ?? "-", state);
        if (isRed(state)) red[night] = (red[night] ?? 0) + 1;
      }
    }
    const [first] = members;
    return { key, name: first ? of(first) : key, items: members, cells, red };
  });
  const badness = ({ cells, red }: Group) =>
    (isRed(cells.at(-1) ?? "-") ? 1_000_000 : 0) + red.reduce((sum, count) => sum + count, 0);
  return groups.sort((a, b) => badness(b) - badness(a) || (a.name < b.name ? -1 : 1));
}

/** What somebody chose to look at. */
export interface Filter {
  readonly text: string;
  /** Only resources that were red in any of the nights, or miss their objective. */
  readonly troubled: boolean;
}

export function select(items: readonly Item[], { text, troubled }: Filter): readonly Item[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted && !troubled) return items;
  return items.filter(
    ({ resource, vault_name }) =>
      (!wanted ||
        [resource.name, resource.id, vault_name].some((name) => name.toLowerCase().includes(wanted))) &&
      (!troubled || /[FM]/.test(resource.nights) || resource.objective_met === false),
  );
}

/** A cell that somebody has chosen. It stays chosen when the report changes under it. */
export type Choice = { readonly date: string } & ({ readonly group: string } | { readonly resource: string });

/** What the chosen cell says now; undefined when it is no longer there. */
export function explain(
  choice: Choice,
  { groups, items, nights }: { groups: readonly Group[]; items: readonly Item[]; nights: readonly string[] },
): Explanation | undefined {
  const night = nights.indexOf(choice.date);
  if (night < 0) return undefined;
  if ("group" in choice) {
    const group = groups.find(({ key }) => key === choice.group);
    return group && explainGroup(group, night, choice.date);
  }
  const item = items.find(({ resource }) => resource.id === choice.resource);
  return item && explainResource(item, night, choice.date);
}

/** What a cell says in words. */
export interface Explanation {
  readonly title: string;
  readonly date: string;
  readonly sentence: string;
  readonly details: readonly Detail[];
}

interface Detail {
  readonly name: string;
  readonly state: string;
  readonly symbol: string;
  readonly code: string | null;
  readonly reason: string;
  readonly measure: string | null;
}

const detailsShown = 12;

function explainResource(item: Item, night: number, date: string): Explanation {
  const { resource } = item;
  const state = letterAt(resource.nights, night);
  const seen = Number(resource.seen[night] ?? 0);
  const now =
    seen > 0
      ? `The provider still lists ${seen === 1 ? "a good backup" : `${seen} good backups`} of that night.`
      : "The provider lists no good backup of that night now.";
  return {
    title: resource.name,
    date,
    sentence: `${capital(cellStates[state].name)}: ${cellStates[state].meaning}. ${now}`,
    details: detailsOf(item, date, state),
  };
}

function explainGroup(group: Group, night: number, date: string): Explanation {
  const counts = new Map<CellState, number>();
  for (const { resource } of group.items) {
    const state = letterAt(resource.nights, night);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const sentence = [...counts].map(([state, count]) => `${count} ${cellStates[state].name}`).join(", ");
  const wrong = group.items.filter(({ resource }) => "FML".includes(letterAt(resource.nights, night)));
  const more =
    wrong.length > detailsShown ? ` The first ${detailsShown} are shown; open the group for all.` : "";
  return {
    title: group.name,
    date,
    sentence: `${group.items.length} resources: ${sentence}.${more}`,
    details: wrong
      .slice(0, detailsShown)
      .flatMap((item) => detailsOf(item, date, letterAt(item.resource.nights, night))),
  };
}

function detailsOf({ resource, project }: Item, date: string, state: CellState): Detail[] {
  const { name, symbol } = cellStates[state];
  const about = { name: resource.name, state: name, symbol };
  const failures = resource.failures.filter((failure) => failure.date === date);
  if (failures.length > 0) return failures.map((failure) => ({ ...about, ...words(failure) }));
  const skipped = project.nights
    .filter((one) => one.date === date)
    .flatMap((one) => one.skipped)
    .find(({ vault_id }) => vault_id === resource.vault_id);
  if (skipped)
    return [{ ...about, code: null, reason: `its vault was skipped: ${skipped.reason}`, measure: null }];
  if (state === "-" && resource.note) return [{ ...about, code: null, reason: resource.note, measure: null }];
  return [];
}

function words({ code, reason, measure, attempts }: CellFailure): Omit<Detail, "name" | "state" | "symbol"> {
  const after = attempts > 1 ? ` (after ${attempts} attempts)` : "";
  return { code, reason: `${reason}${after}`, measure };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
