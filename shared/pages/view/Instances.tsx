import type { CoverageReport, InstanceCoverage } from "../../report/schema.ts";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { Section } from "../components/Section.tsx";

type Row = InstanceCoverage & { readonly project: string; readonly kind: string };

const kinds = [
  ["audit_instances", "audit instance"],
  ["web_hosts", "web host"],
  ["phones", "cloud phone"],
] as const;

/** What is protected beside vaults: audit instances, web hosts, cloud phones. */
export function Instances({ report }: { readonly report: CoverageReport }) {
  const rows = report.projects.flatMap((project) =>
    kinds.flatMap(([part, kind]) =>
      project[part].items.map((item): Row => ({ project: project.name, kind, ...item })),
    ),
  );
  const sums = kinds.map(([part, kind]) => {
    const all = report.projects.map((project) => project[part]);
    const sum = (of: "expected" | "covered" | "reported") => all.reduce((total, one) => total + one[of], 0);
    return `${kind}s: ${sum("covered")} of ${sum("expected")} covered, ${sum("reported")} reported`;
  });
  return (
    <Section title="Audit instances, web hosts, cloud phones" about={sums.join("; ")}>
      <DataTable caption="Instances" rows={rows} columns={columns} sortBy={{ id: "state", desc: true }} />
    </Section>
  );
}

const symbols: Readonly<Record<InstanceCoverage["state"], string>> = {
  covered: "●",
  reported: "✕",
};

const columns: Column<Row>[] = [
  { id: "kind", header: "Kind", value: ({ kind }) => kind },
  { id: "name", header: "Name", value: ({ name }) => name },
  {
    id: "state",
    header: "State",
    value: ({ state }) => state,
    show: ({ state }) => `${symbols[state]} ${state}`,
  },
  { id: "detail", wide: true, header: "Detail", value: ({ detail }) => detail },
  { id: "project", header: "Project", value: ({ project }) => project },
];
