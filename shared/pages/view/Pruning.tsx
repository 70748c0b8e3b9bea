import type {
  CoverageReport,
  OrphanCoverage,
  PruningCoverage,
  WaitingApproval,
} from "../../report/schema.ts";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { size } from "../components/format.ts";
import { Section } from "../components/Section.tsx";

type In<Row> = Row & { readonly project: string };

/** What pruning did and did not do, what waits for a person, and what nobody looks after any more. */
export function Pruning({ report }: { readonly report: CoverageReport }) {
  const all = <Row extends object>(
    of: (project: CoverageReport["projects"][number]) => readonly Row[],
  ): In<Row>[] =>
    report.projects.flatMap((project) => of(project).map((row) => ({ ...row, project: project.name })));
  const sum = (of: (pruning: PruningCoverage) => number) =>
    report.projects.reduce((total, { pruning }) => total + of(pruning), 0);
  const refused = all(({ pruning }) => [
    ...pruning.paused.map((row) => ({ ...row, kind: "paused" })),
    ...pruning.refused.map((row) => ({ ...row, kind: "refused" })),
  ]);
  const drift = all(({ policies }) =>
    policies.flatMap(({ policy, problem, drift: changes }) => [
      ...(problem === null ? [] : [{ policy, field: "", wanted: "", actual: "", effect: problem }]),
      ...changes.map((change) => ({ policy, ...change })),
    ]),
  );
  return (
    <>
      <Section
        title="Pruning"
        about={`${sum(({ deleted }) => deleted)} backups deleted, ${sum(({ requested }) => requested)} requested, ${sum(({ kept }) => kept)} kept in the latest runs.`}
      >
        <DataTable
          caption="Waiting for approval"
          rows={all(({ approvals }) => approvals)}
          columns={approvalColumns}
        />
        <DataTable caption="Not deleted, and why" rows={refused} columns={refusalColumns} />
        <DataTable
          caption="Latest plan of each vault"
          rows={all(({ pruning }) => pruning.plans)}
          columns={planColumns}
          pageSize={10}
        />
      </Section>
      <Section title="Policies" about="Where the provider's policies differ from the estate.">
        <DataTable caption="Differences" rows={drift} columns={driftColumns} />
      </Section>
      <Section
        title="Orphaned backups"
        about="Their resource is in no vault any more: nobody adds to them, and nothing deletes them unless a rule says so."
      >
        <DataTable caption="Orphans" rows={all(({ orphans }) => orphans)} columns={orphanColumns} />
      </Section>
    </>
  );
}

const approvalColumns: Column<In<WaitingApproval>>[] = [
  { id: "kind", header: "Kind", value: ({ kind }) => kind },
  { id: "subject", header: "Subject", value: ({ subject }) => subject },
  { id: "reason", wide: true, header: "Reason", value: ({ reason }) => reason },
  {
    id: "command",
    wide: true,
    header: "To approve",
    value: ({ command }) => command,
    show: ({ command }) => <code>{command}</code>,
  },
];

type Refusal = In<PruningCoverage["refused"][number] & { readonly kind: string }>;

const refusalColumns: Column<Refusal>[] = [
  { id: "kind", header: "Kind", value: ({ kind }) => kind },
  { id: "code", header: "Code", value: ({ code }) => code, show: ({ code }) => <code>{code}</code> },
  { id: "reason", wide: true, header: "Reason", value: ({ reason }) => reason },
  { id: "backups", header: "Backups", value: ({ backups }) => backups, numeric: true },
  { id: "project", header: "Project", value: ({ project }) => project },
];

const planColumns: Column<In<PruningCoverage["plans"][number]>>[] = [
  { id: "vault", header: "Vault", value: ({ vault_name }) => vault_name },
  { id: "planned", header: "Planned", value: ({ planned_at }) => planned_at.slice(0, 16).replace("T", " ") },
  { id: "mode", header: "Mode", value: ({ mode }) => mode },
  { id: "state", wide: true, header: "State", value: ({ state }) => state },
  { id: "deleted", header: "Deleted", value: ({ deleted }) => deleted, numeric: true },
  { id: "requested", header: "Requested", value: ({ requested }) => requested, numeric: true },
  { id: "kept", header: "Kept", value: ({ kept }) => kept, numeric: true },
  { id: "refused", header: "Refused", value: ({ refused }) => refused, numeric: true },
];

type Drift = In<
  CoverageReport["projects"][number]["policies"][number]["drift"][number] & { readonly policy: string }
>;

const driftColumns: Column<Drift>[] = [
  { id: "policy", header: "Policy", value: ({ policy }) => policy },
  { id: "field", header: "Field", value: ({ field }) => field },
  { id: "wanted", wide: true, header: "Wanted", value: ({ wanted }) => wanted },
  { id: "actual", wide: true, header: "Actual", value: ({ actual }) => actual },
  { id: "effect", wide: true, header: "Effect of fixing", value: ({ effect }) => effect },
  { id: "project", header: "Project", value: ({ project }) => project },
];

const orphanColumns: Column<In<OrphanCoverage>>[] = [
  { id: "name", header: "Resource", value: ({ resource_name }) => resource_name },
  { id: "id", header: "Id", value: ({ resource_id }) => resource_id },
  { id: "backups", header: "Backups", value: ({ backups }) => backups, numeric: true },
  { id: "newest", header: "Newest", value: ({ newest_at }) => newest_at.slice(0, 10) },
  { id: "oldest", header: "Oldest", value: ({ oldest_at }) => oldest_at.slice(0, 10) },
  {
    id: "stored",
    header: "Stored",
    value: ({ backup_mb }) => backup_mb ?? 0,
    show: ({ backup_mb }) => size(backup_mb),
    numeric: true,
  },
  { id: "project", header: "Project", value: ({ project }) => project },
];
