import Table from "cli-table3";
import color from "picocolors";
import type { Coverage } from "../../../shared/report/instances.ts";
import type { RestOfCycle } from "./cycle.ts";
import type { NightResult } from "./night.ts";

/** What a whole cycle came to: the night's checkpoints, and all that follows them. */
export type CycleResult = NightResult & RestOfCycle;

/** The summary of a cycle, for people. */
export function nightTable(result: CycleResult): string {
  const table = new Table({ style: { border: [] } });
  const rows: [string, string][] = [
    ["night", result.night],
    ["selected", String(result.selected)],
    ["skipped", list(result.skipped.map(({ name, id, reason }) => `${name} (${id}): ${reason}`))],
    [
      "available",
      `${result.available}${result.retried > 0 ? `, ${result.retried} after another attempt` : ""}`,
    ],
    ["failed", list(result.failed.map(({ kind, name, id, reason }) => `${kind} ${name ?? id}: ${reason}`))],
    ...(result.open > 0 ? [["still open", String(result.open)] satisfies [string, string]] : []),
    ...(result.late > 0 ? [["after the deadline", String(result.late)] satisfies [string, string]] : []),
    ["audit instances", coverage(result.auditInstances)],
    ["web hosts", coverage(result.webHosts)],
    ["phones", coverage(result.phones)],
    ["pruning", `${result.pruned.closed} vaults done, ${result.pruned.waiting} plans wait for an approval`],
    ["report", Object.values(result.report).join("\n")],
    ["API calls", list(Object.entries(result.apiCalls).map(([name, count]) => `${name} ${count}`))],
    [
      "duration",
      `${(result.durationMs / 1000).toFixed(1)} s for ${result.nightMinutes} minutes of the night`,
    ],
    ["goals", result.goalsMet ? color.green("met") : color.red("not met")],
  ];
  table.push(...rows.map(([name, value]) => [color.bold(name), value]));
  return table.toString();
}

const coverage = ({ expected, covered, reported }: Coverage) =>
  `${covered} of ${expected} covered${reported > 0 ? `, ${reported} reported with the reason` : ""}`;

const list = (lines: readonly string[]) =>
  lines.length === 0 ? "none" : [`${lines.length}`, ...lines].join("\n");
