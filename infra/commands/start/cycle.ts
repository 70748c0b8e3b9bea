import { sleep, systemClock } from "../../../shared/core/clock.ts";
import { auditsOf } from "../../../shared/instances/audit.ts";
import { hostsOf } from "../../../shared/instances/host.ts";
import { endedPhones, openPhones } from "../../../shared/instances/phones/phone.ts";
import type { Stored } from "../../../shared/ledger/record.ts";
import { type VaultPrune, vaultPrunesOf } from "../../../shared/prune/vault-record.ts";
import {
  type InstanceRecords,
  type InstanceSummary,
  summarizeInstances,
} from "../../../shared/report/instances.ts";
import { isOpen } from "../../../shared/work/work.ts";
import { type ReportFiles, writeReport } from "../../local/report.ts";
import type { Demo } from "./demo.ts";

/** What the cycle came to beside the checkpoints of the night. */
export interface RestOfCycle extends InstanceSummary {
  /** Vaults whose pruning ended tonight, and those whose plan waits for an approval. */
  readonly pruned: { readonly closed: number; readonly waiting: number };
  /** Files on this machine. */
  readonly report: ReportFiles;
}

/** Real time between two looks at the ledger, in milliseconds. */
const LOOK_MS = 200;

/** Whatever is not done after so long is reported as it is, in the demo's time. */
const PATIENCE_MS = 45 * 60_000;

/** What follows the night: instances end in their right state, expired backups are pruned, the report is written. */
export async function finishCycle(
  demo: Demo,
  folder: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<RestOfCycle> {
  const [project] = demo.estate.projects;
  if (!project) throw new Error("the estate has no project");

  tell("waiting for audit instances, web hosts and phones");
  const instances = await until(
    demo,
    () => readInstances(demo, project.name),
    ({ audits, hosts, phones }) => [...audits, ...hosts, ...phones].every(({ work }) => !isOpen(work)),
    signal,
  );

  let prunes: VaultPrune[] = [];
  if (project.prune) {
    tell("pruning");
    demo.engine.fire(`prune-${project.name}`);
    prunes = await until(
      demo,
      () => values(vaultPrunesOf(demo.ledger, project.name)),
      (all) => all.length > 0 && all.every(({ state }) => state === "closed" || state === "waiting"),
      signal,
    );
  }

  tell("writing the coverage report");
  const report = await writeReport(demo.engine, folder);
  const count = (state: VaultPrune["state"]) => prunes.filter((prune) => prune.state === state).length;
  return {
    ...summarizeInstances(instances),
    pruned: { closed: count("closed"), waiting: count("waiting") },
    report,
  };
}

async function until<Value>(
  { engine }: Demo,
  read: () => Promise<Value>,
  done: (value: Value) => boolean,
  signal: AbortSignal,
): Promise<Value> {
  const end_ms = engine.clock.now() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    const value = await read();
    if (done(value) || engine.clock.now() > end_ms) return value;
    await sleep(systemClock, LOOK_MS, signal);
  }
}

async function readInstances({ ledger }: Demo, project: string): Promise<InstanceRecords> {
  const [audits, hosts, open, ended] = await Promise.all([
    values(auditsOf(ledger, project)),
    values(hostsOf(ledger, project)),
    values(openPhones(ledger, project)),
    values(endedPhones(ledger, project)),
  ]);
  return { audits, hosts, phones: [...open, ...ended] };
}

const values = async <Value>(stored: AsyncIterable<Stored<Value>>): Promise<Value[]> =>
  (await Array.fromAsync(stored)).map(({ value }) => value);
