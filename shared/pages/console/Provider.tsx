import { useMemo } from "preact/hooks";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { clockTime, size } from "../components/format.ts";
import { Section } from "../components/Section.tsx";
import type { ActionOf } from "./Actions.tsx";
import { Faults } from "./Faults.tsx";
import type { ConsoleState, ProviderBackup, ProviderTask, ProviderVault } from "./state.ts";

/** The stand-in cloud: what it has, what it does, and what is to go wrong. */
export function Provider({ state, run }: { readonly state: ConsoleState; readonly run: ActionOf }) {
  const { provider, timezone } = state;
  const backups = useMemo(() => backupColumns(timezone), [timezone]);
  const tasks = useMemo(() => taskColumns(timezone), [timezone]);
  const calls = useMemo(() => Object.entries(provider.calls).flatMap(toCalls), [provider.calls]);
  const { counts } = provider;
  return (
    <>
      <Faults faults={provider.faults} run={run} />
      <Section
        title="Stand-in cloud"
        about={`${counts.vaults} vaults, ${counts.backups} backups, ${counts.tasks} tasks`}
      >
        <DataTable caption="Vaults" rows={provider.vaults} columns={vaultColumns} pageSize={10} />
        <DataTable caption="Latest tasks" rows={provider.tasks} columns={tasks} pageSize={10} />
        <DataTable caption="Latest backups" rows={provider.backups} columns={backups} pageSize={10} />
        <DataTable caption="Calls" rows={calls} columns={callColumns} pageSize={25} />
      </Section>
    </>
  );
}

const vaultColumns: Column<ProviderVault>[] = [
  { id: "name", header: "Vault", value: ({ name }) => name },
  { id: "type", header: "Type", value: ({ object_type }) => object_type },
  { id: "status", header: "Status", value: ({ status }) => status },
  {
    id: "used",
    header: "Used",
    value: ({ used_mb }) => used_mb,
    show: ({ used_mb, size_gb }) => `${size(used_mb)} of ${size_gb} GB`,
    numeric: true,
  },
  { id: "resources", header: "Resources", value: ({ resources }) => resources, numeric: true },
  { id: "backups", header: "Backups", value: ({ backups }) => backups, numeric: true },
  { id: "running", header: "Running tasks", value: ({ running }) => running, numeric: true },
];

const taskColumns = (timeZone: string): Column<ProviderTask>[] => [
  { id: "at", header: "At", value: ({ created_ms }) => clockTime(created_ms, timeZone) },
  { id: "type", header: "Task", value: ({ type }) => type },
  { id: "resource", header: "Resource", value: ({ resource_name }) => resource_name },
  { id: "vault", header: "Vault", value: ({ vault_name }) => vault_name },
  { id: "status", header: "Status", value: ({ status }) => status },
  {
    id: "progress",
    header: "Progress",
    value: ({ progress }) => progress,
    show: ({ progress }) => `${progress}%`,
    numeric: true,
  },
  { id: "code", header: "Code", value: ({ code }) => code },
];

const backupColumns = (timeZone: string): Column<ProviderBackup>[] => [
  { id: "at", header: "At", value: ({ created_ms }) => clockTime(created_ms, timeZone) },
  { id: "name", header: "Name", value: ({ name }) => name },
  { id: "resource", header: "Resource", value: ({ resource_name }) => resource_name },
  { id: "status", header: "Status", value: ({ status }) => status },
  {
    id: "size",
    header: "Size",
    value: ({ size_mb }) => size_mb,
    show: ({ size_mb }) => size(size_mb),
    numeric: true,
  },
  { id: "how", header: "Made by", value: ({ auto_trigger }) => (auto_trigger ? "policy" : "call") },
];

interface Calls {
  readonly operation: string;
  readonly status: string;
  readonly count: number;
}

const toCalls = ([operation, byStatus]: [string, Readonly<Record<string, number>>]): Calls[] =>
  Object.entries(byStatus).map(([status, count]) => ({ operation, status, count }));

const callColumns: Column<Calls>[] = [
  { id: "operation", header: "Operation", value: ({ operation }) => operation },
  {
    id: "status",
    header: "Status",
    value: ({ status }) => status,
    show: ({ status }) => (status === "0" ? "no answer" : status),
  },
  { id: "count", header: "Calls", value: ({ count }) => count, numeric: true },
];
