import { axisY, barX, lineY, ruleX, ruleY, text } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { CoverageReport, VaultCoverage } from "../../report/schema.ts";
import { Chart } from "../components/Chart.tsx";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { money, size } from "../components/format.ts";
import { Section } from "../components/Section.tsx";

const fullest = 20;

const share = ({ used_mb, size_gb }: VaultCoverage) => (size_gb === 0 ? 0 : used_mb / 1024 / size_gb);

export function Capacity({ report }: { readonly report: CoverageReport }) {
  const vaults = useMemo(() => report.projects.flatMap((project) => project.vaults), [report]);
  const bars = useMemo(() => fullness(vaults), [vaults]);
  const growth = useMemo(() => growthOf(vaults), [vaults]);
  const storage = report.projects.flatMap((project) =>
    project.storage.map((row) => ({ project: project.name, ...row })),
  );
  const { currency } = report;
  const costs = useMemo(() => costColumns(currency), [currency]);
  return (
    <Section
      title="Capacity"
      about="What the vaults hold of what they can hold, and when they fill if they go on like this."
    >
      <div class="charts">
        {vaults.length > 0 && (
          <Chart
            label={`How full the ${Math.min(fullest, vaults.length)} fullest vaults are`}
            options={bars}
          />
        )}
        {growth && <Chart label="What all vaults held together, by day" options={growth} />}
      </div>
      <DataTable
        caption="Vaults"
        rows={vaults}
        columns={vaultColumns}
        sortBy={{ id: "full", desc: true }}
        pageSize={10}
      />
      <DataTable caption="Storage and its estimated cost" rows={storage} columns={costs} />
    </Section>
  );
}

function fullness(vaults: readonly VaultCoverage[]) {
  const rows = [...vaults]
    .sort((a, b) => share(b) - share(a))
    .slice(0, fullest)
    .map((vault) => ({
      key: vault.id,
      name: vault.name.length > 24 ? `${vault.name.slice(0, 23)}…` : vault.name,
      percent: Math.min(100, 100 * share(vault)),
      tone: share(vault) >= 1 ? "failed" : share(vault) >= 0.8 ? "late" : "protected",
      words: `${Math.round(share(vault) * 100)}%${vault.forecast.full_on ? `, full on ${vault.forecast.full_on}` : ""}`,
    }));
  const names = new Map(rows.map(({ key, name }) => [key, name]));
  return {
    marginLeft: 170,
    marginRight: 150,
    height: 50 + rows.length * 18,
    x: { domain: [0, 100], label: "used, %" },
    y: { label: null, domain: rows.map(({ key }) => key), tickFormat: (key: string) => names.get(key) ?? "" },
    marks: [
      barX(rows, {
        y: "key",
        x: "percent",
        fill: ({ tone }) => `var(--${tone})`,
        stroke: "var(--line)",
        insetTop: 2,
        insetBottom: 2,
      }),
      text(rows, { y: "key", x: "percent", text: "words", textAnchor: "start", dx: 6, fill: "var(--text)" }),
      ruleX([0]),
    ],
  };
}

/** Growth needs at least two days. */
function growthOf(vaults: readonly VaultCoverage[]) {
  const days = new Map<string, number>();
  for (const { history } of vaults)
    for (const { date, used_mb } of history) days.set(date, (days.get(date) ?? 0) + used_mb / 1024);
  if (days.size < 2) return undefined;
  const points = [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, gb]) => ({ date: new Date(date), gb }));
  return {
    height: 240,
    marginLeft: 60,
    x: { type: "utc" as const, label: null },
    y: { label: "GB", zero: true, grid: true },
    marks: [
      axisY({ label: "GB" }),
      ruleY([0]),
      lineY(points, { x: "date", y: "gb", stroke: "var(--accent)", strokeWidth: 2, marker: "dot" }),
    ],
  };
}

const vaultColumns: Column<VaultCoverage>[] = [
  { id: "name", header: "Vault", value: ({ name }) => name },
  { id: "type", header: "Type", value: ({ object_type }) => object_type },
  { id: "status", header: "Status", value: ({ status, locked }) => (locked ? `${status}, locked` : status) },
  { id: "rules", header: "Rules", value: ({ rules }) => rules.join(", ") },
  { id: "resources", header: "Resources", value: ({ resources }) => resources, numeric: true },
  {
    id: "size",
    header: "Size",
    value: ({ size_gb }) => size_gb,
    show: ({ size_gb }) => `${size_gb} GB`,
    numeric: true,
  },
  {
    id: "used",
    header: "Used",
    value: ({ used_mb }) => used_mb,
    show: ({ used_mb }) => size(used_mb),
    numeric: true,
  },
  {
    id: "full",
    header: "Full",
    value: share,
    show: (vault) => `${Math.round(share(vault) * 100)}%`,
    numeric: true,
  },
  {
    id: "growth",
    header: "Growth a day",
    value: ({ forecast }) => forecast.growth_mb_per_day ?? 0,
    show: ({ forecast }) => (forecast.growth_mb_per_day === null ? "" : size(forecast.growth_mb_per_day)),
    numeric: true,
  },
  {
    id: "on",
    header: "Full on",
    value: ({ forecast }) => forecast.full_on ?? "",
    show: ({ forecast }) => <span title={forecast.basis}>{forecast.full_on ?? "not foreseen"}</span>,
  },
];

type Cost = CoverageReport["projects"][number]["storage"][number] & { readonly project: string };

const costColumns = (currency: string | null): Column<Cost>[] => [
  { id: "project", header: "Project", value: (row) => row.project },
  { id: "class", header: "Class", value: (row) => row.class },
  { id: "vaults", header: "Vaults", value: (row) => row.vaults, numeric: true },
  { id: "size", header: "Capacity, GB", value: (row) => row.size_gb, numeric: true },
  { id: "used", header: "Used, GB", value: (row) => row.used_gb, numeric: true },
  {
    id: "cost",
    header: "Cost a month",
    value: (row) => row.cost_per_month ?? 0,
    show: (row) => money(row.cost_per_month, currency),
    numeric: true,
  },
];
