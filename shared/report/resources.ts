import type { Protectable } from "../api/operations/cbr/protectables.ts";
import type { Vault } from "../api/operations/cbr/vault.ts";
import { type Choice, choose } from "../checkpoints/choose.ts";
import type { CheckpointRule } from "../estate/estate.ts";
import type { ProjectFacts } from "./facts.ts";
import type { ResourceCoverage } from "./schema.ts";

const hour_ms = 3_600_000;

/** The vaults that each rule selects now, and what it would do with them. */
export type Choices = ReadonlyMap<string, ReadonlyMap<string, Choice>>;

export function choicesOf({ project, vaults }: ProjectFacts): Choices {
  return new Map(
    project.checkpoints.map((rule) => [
      rule.name,
      new Map(choose(vaults, rule).map((choice) => [choice.vault.id, choice])),
    ]),
  );
}

/** Every resource that exists: those in vaults, and those that could be in one. */
export function coverResources(facts: ProjectFacts, choices: Choices, now_ms: number): ResourceCoverage[] {
  const inVaults = facts.vaults.flatMap((vault) =>
    vault.resources.map((resource) => {
      const { rules, note } = rulesFor(facts, choices, vault, resource.id);
      return cover(facts, now_ms, {
        id: resource.id,
        name: resource.name || resource.id,
        type: resource.type ?? "",
        vault_id: vault.id,
        backup_mb: resource.backup_size ?? null,
        rules,
        note,
      });
    }),
  );
  const known = new Set(inVaults.map(({ id }) => id));
  const outside = facts.protectables
    .filter(({ id }) => !known.has(id))
    .map((resource) =>
      cover(facts, now_ms, {
        id: resource.id,
        name: resource.name || resource.id,
        type: resource.type ?? "",
        vault_id: null,
        backup_mb: facts.orphan_mb.get(resource.id) ?? null,
        rules: [],
        note: outsideNote(resource),
      }),
    );
  return [...inVaults, ...outside];
}

function outsideNote({ protectable }: Protectable): string {
  const why = protectable?.result === false ? (protectable.reason ?? protectable.code) : undefined;
  return why ? `it is in no vault, and no vault can protect it now: ${why}` : "it is in no vault";
}

function rulesFor(
  { project }: ProjectFacts,
  choices: Choices,
  vault: Vault,
  resource_id: string,
): { rules: CheckpointRule[]; note: string | null } {
  const selecting = project.checkpoints.filter(({ name }) => choices.get(name)?.has(vault.id));
  const rules = selecting.filter((rule) => !rule.exclude_resource_ids.includes(resource_id));
  if (selecting.length === 0) return { rules, note: "no rule selects its vault" };
  if (rules.length === 0)
    return { rules, note: `excluded by ${selecting.map(({ name }) => name).join(", ")}` };
  const skipped = rules.flatMap(({ name }) => {
    const choice = choices.get(name)?.get(vault.id);
    return choice && !choice.take ? [choice.reason] : [];
  });
  return { rules, note: skipped[0] ? `its vault is skipped: ${skipped[0]}` : null };
}

interface Subject {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly vault_id: string | null;
  readonly backup_mb: number | null;
  readonly rules: readonly CheckpointRule[];
  readonly note: string | null;
}

function cover(
  { grid, tally, dates }: ProjectFacts,
  now_ms: number,
  { rules, ...subject }: Subject,
): ResourceCoverage {
  const row = grid.rows.get(subject.id);
  const backups = tally.byResource.get(subject.id);
  const newest_ms = backups?.newest_good_ms || undefined;
  const age_hours = newest_ms === undefined ? null : (now_ms - newest_ms) / hour_ms;
  const objective_hours =
    rules.length === 0 ? null : Math.min(...rules.map((rule) => rule.recovery_point_objective_hours));
  return {
    ...subject,
    rules: rules.map(({ name }) => name),
    objective_hours,
    newest_good_at: newest_ms === undefined ? null : new Date(newest_ms).toISOString(),
    newest_good_age_hours: age_hours === null ? null : Math.round(age_hours * 10) / 10,
    objective_met: objective_hours === null ? null : age_hours !== null && age_hours <= objective_hours,
    backups: { own: backups?.own ?? 0, native: backups?.native ?? 0, other: backups?.other ?? 0 },
    nights: row ? row.cells.join("") : "-".repeat(dates.length),
    seen: backups ? backups.seen.join("") : "0".repeat(dates.length),
    failures: [...(row?.failures ?? [])].sort(
      (a, b) => Date.parse(a.scheduled_at) - Date.parse(b.scheduled_at),
    ),
  };
}
