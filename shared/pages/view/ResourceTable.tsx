import { useMemo } from "preact/hooks";
import { countCells, noCells } from "../../report/cells.ts";
import type { CoverageReport } from "../../report/schema.ts";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { age, size } from "../components/format.ts";
import { Section } from "../components/Section.tsx";
import { type Item, itemsOf } from "./model.ts";

type Row = Item & { readonly red: number; readonly expected: number; readonly good: number };

/** Every resource; sorts and filters. */
export function ResourceTable({ report }: { readonly report: CoverageReport }) {
  const rows = useMemo(() => itemsOf(report).map(toRow), [report]);
  return (
    <Section title="Resources">
      <DataTable caption="Every resource" rows={rows} columns={columns} sortBy={{ id: "red", desc: true }} />
    </Section>
  );
}

function toRow(item: Item): Row {
  const counts = noCells();
  countCells(counts, item.resource.nights);
  const { F, M, L, P, O } = counts;
  return { ...item, red: F + M, good: P + L, expected: F + M + L + P + O };
}

const objectives = new Map([
  [true, "● met"],
  [false, "✕ missed"],
]);

const columns: Column<Row>[] = [
  {
    id: "name",
    header: "Resource",
    value: ({ resource }) => resource.name,
    show: ({ resource }) => <Name name={resource.name} id={resource.id} />,
  },
  { id: "vault", header: "Vault", value: ({ vault_name }) => vault_name || "in no vault" },
  { id: "project", header: "Project", value: ({ project }) => project.name },
  { id: "type", header: "Type", value: ({ resource }) => resource.type.replace("OS::", "") },
  {
    id: "objective",
    header: "Objective",
    value: ({ resource }) => objectives.get(resource.objective_met ?? false) ?? "",
    show: ({ resource }) =>
      resource.objective_met === null
        ? "none"
        : `${objectives.get(resource.objective_met)} (${resource.objective_hours} h)`,
  },
  {
    id: "age",
    header: "Newest good backup",
    value: ({ resource }) => resource.newest_good_age_hours ?? Number.MAX_SAFE_INTEGER,
    show: ({ resource }) => age(resource.newest_good_age_hours),
    numeric: true,
  },
  {
    id: "good",
    header: "Backed up / expected",
    value: ({ good }) => good,
    show: ({ good, expected }) => `${good} / ${expected}`,
    numeric: true,
  },
  { id: "red", header: "Red nights", value: ({ red }) => red, numeric: true },
  {
    id: "backups",
    header: "Backups",
    value: ({ resource: { backups } }) => backups.own + backups.native + backups.other,
    numeric: true,
  },
  {
    id: "stored",
    header: "Stored",
    value: ({ resource }) => resource.backup_mb ?? 0,
    show: ({ resource }) => size(resource.backup_mb),
    numeric: true,
  },
  {
    id: "note",
    wide: true,
    header: "Note",
    value: ({ resource }) => resource.note ?? latest(resource.failures),
  },
];

const latest = (failures: Item["resource"]["failures"]) => {
  const failure = failures.at(-1);
  return failure ? `${failure.date}: ${failure.code ? `${failure.code}: ` : ""}${failure.reason}` : "";
};

function Name({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <span class="name" title={`${name} ${id}`}>
      <bdi>{name}</bdi>
    </span>
  );
}
