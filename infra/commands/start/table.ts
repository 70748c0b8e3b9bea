import Table from "cli-table3";
import color from "picocolors";
import type { NightResult } from "./night.ts";

/** The summary of a night, for people. */
export function nightTable(result: NightResult): string {
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

const list = (lines: readonly string[]) =>
  lines.length === 0 ? "none" : [`${lines.length}`, ...lines].join("\n");
