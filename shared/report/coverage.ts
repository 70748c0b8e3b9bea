import { objectTypeOf } from "../api/operations/cbr/vault.ts";
import type { Slot } from "../checkpoints/slot.ts";
import type { Estate } from "../estate/estate.ts";
import type { ReportSettings } from "../estate/report.ts";
import { forecastCapacity } from "./capacity.ts";
import type { MissedNight, NightFacts, ProjectFacts } from "./facts.ts";
import { type Choices, choicesOf, coverResources } from "./resources.ts";
import {
  type CoverageReport,
  type NightCoverage,
  type OrphanCoverage,
  type ProjectCoverage,
  REPORT_VERSION,
  type ResourceCoverage,
  type SlotTimeline,
  type StorageClass,
  type VaultCoverage,
} from "./schema.ts";
import { totalsOf } from "./totals.ts";

const iso = (at_ms: number) => new Date(at_ms).toISOString();

/** The report of an estate. Pure: what the ledger has, what the provider lists, and the time are all that it knows. */
export function coverageReport(
  estate: Pick<Estate, "name" | "report">,
  facts: readonly ProjectFacts[],
  { dates, now_ms }: { readonly dates: readonly string[]; readonly now_ms: number },
): CoverageReport {
  const projects = facts.map((one) => coverProject(one, estate.report, now_ms));
  return {
    version: REPORT_VERSION,
    estate: estate.name,
    generated_at: iso(now_ms),
    currency: estate.report.currency ?? null,
    nights: [...dates],
    totals: totalsOf(projects),
    projects,
  };
}

function coverProject(facts: ProjectFacts, settings: ReportSettings, now_ms: number): ProjectCoverage {
  const { project, instances, pruning, policies, approvals, tally } = facts;
  const choices = choicesOf(facts);
  markMissed(facts, choices);
  const unreadable =
    tally.unreadable > 0 ? [`${tally.unreadable} backups have a time that cannot be read`] : [];
  const resources = coverResources(facts, choices, now_ms);
  return {
    name: project.name,
    region: project.region,
    project_id: project.project_id,
    timezone: project.timezone,
    problems: [...facts.problems, ...unreadable],
    nights: [
      ...facts.nights.map(coverNight),
      ...facts.missed.map((night) => missedNight(night, choices)),
    ].sort((a, b) => (a.scheduled_at < b.scheduled_at ? -1 : 1)),
    vaults: coverVaults(facts, choices),
    resources,
    tonight: facts.tonight.map(timelineOf),
    audit_instances: instances.audit,
    web_hosts: instances.hosts,
    phones: instances.phones,
    pruning,
    policies: [...policies],
    approvals: [...approvals],
    orphans: orphansOf(facts, resources),
    storage: storageOf(facts, settings),
  };
}

/** A night that was never planned is missing for every resource that its rule selects. */
function markMissed({ missed, grid }: ProjectFacts, choices: Choices): void {
  for (const night of missed) {
    for (const choice of choices.get(night.rule)?.values() ?? []) {
      if (choice.take) for (const id of choice.resources) grid.miss(id, night);
    }
  }
}

function coverNight({ date, night, summary }: NightFacts): NightCoverage {
  const { rule, scheduled_at, deadline_at_ms, state, late, closed_at_ms } = night;
  return {
    date,
    rule,
    scheduled_at,
    deadline_at: iso(deadline_at_ms),
    state,
    made_up: late,
    closed_at: closed_at_ms === null ? null : iso(closed_at_ms),
    selected: summary.selected,
    available: summary.available,
    late: summary.late,
    failed: summary.failed.length,
    retried: summary.retried,
    open: summary.open,
    skipped: summary.skipped.map(({ id, name, reason }) => ({ vault_id: id, vault_name: name, reason })),
  };
}

function missedNight(
  { date, rule, scheduled_at, deadline_at_ms }: MissedNight,
  choices: Choices,
): NightCoverage {
  const selected = [...(choices.get(rule)?.values() ?? [])].filter(({ take }) => take).length;
  return {
    date,
    rule,
    scheduled_at,
    deadline_at: iso(deadline_at_ms),
    state: "never-planned",
    made_up: false,
    closed_at: null,
    selected,
    available: 0,
    late: 0,
    failed: selected,
    retried: 0,
    open: 0,
    skipped: [],
  };
}

function coverVaults({ project, vaults, usage, dates }: ProjectFacts, choices: Choices): VaultCoverage[] {
  const today = dates.at(-1) ?? "";
  return vaults.map((vault) => {
    const { id, name, billing, resources } = vault;
    const used_mb = billing.used ?? 0;
    const auto_expand = vault.auto_expand ?? false;
    const earlier = (usage.get(id) ?? []).filter(({ date }) => date < today);
    const history = [...earlier, { date: today, used_mb }];
    return {
      id,
      name,
      object_type: objectTypeOf(vault),
      status: billing.status,
      locked: vault.locked ?? false,
      auto_expand,
      size_gb: billing.size,
      used_mb,
      resources: resources.length,
      rules: project.checkpoints.filter((rule) => choices.get(rule.name)?.has(id)).map((rule) => rule.name),
      history,
      forecast: forecastCapacity({ size_gb: billing.size, auto_expand }, history),
    };
  });
}

function timelineOf({
  vault_id,
  vault_name,
  rule,
  scheduled_at,
  deadline_at_ms,
  work,
  attempts,
}: Slot): SlotTimeline {
  const { settled } = work;
  return {
    vault_id,
    vault_name,
    rule,
    scheduled_at,
    deadline_at: iso(deadline_at_ms),
    attempts: attempts.map(({ attempt, at_ms }) => ({ attempt, at: iso(at_ms) })),
    ended_at: settled ? iso(settled.at_ms) : null,
    outcome: settled?.outcome ?? "open",
    code: settled?.code ?? null,
    reason: settled?.reason ?? null,
  };
}

/** Backups whose resource is in no vault any more: nobody adds to them, and nothing expires them. */
function orphansOf(
  { tally, orphan_mb }: ProjectFacts,
  resources: readonly ResourceCoverage[],
): OrphanCoverage[] {
  const held = new Set(resources.filter(({ vault_id }) => vault_id !== null).map(({ id }) => id));
  return [...tally.byResource]
    .filter(([id]) => !held.has(id))
    .map(([resource_id, { name, type, vault_ids, own, native, other, newest_ms, oldest_ms }]) => ({
      resource_id,
      resource_name: name,
      type,
      vault_ids: [...vault_ids],
      backups: own + native + other,
      newest_at: iso(newest_ms),
      oldest_at: iso(oldest_ms),
      backup_mb: orphan_mb.get(resource_id) ?? null,
    }));
}

/** What is paid for is the capacity of the vaults, whether it is used or not. */
function storageOf({ vaults }: ProjectFacts, { prices_per_gb_month }: ReportSettings): StorageClass[] {
  const prices = new Map<string, number | undefined>(Object.entries(prices_per_gb_month));
  return [...Map.groupBy(vaults, objectTypeOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, all]) => {
      const size_gb = all.reduce((sum, { billing }) => sum + billing.size, 0);
      const used_gb = all.reduce((sum, { billing }) => sum + (billing.used ?? 0), 0) / 1024;
      const price = prices.get(type) ?? null;
      return {
        class: type,
        vaults: all.length,
        size_gb,
        used_gb: Math.round(used_gb * 10) / 10,
        price_per_gb_month: price,
        cost_per_month: price === null ? null : Math.round(price * size_gb * 100) / 100,
      };
    });
}
