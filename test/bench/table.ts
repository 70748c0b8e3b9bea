import Table from "cli-table3";
import type { Row } from "./row.ts";

/** A number with as many digits as it deserves. */
export const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

const spreadOf = ({ spread }: Row): string =>
  spread && spread.min !== spread.max ? `${digits(spread.min)}–${digits(spread.max)}` : "";

const metOf = ({ goal, met }: Row): string => (goal === undefined ? "shown" : met ? "yes" : "no");

const cells = (row: Row): string[] => [
  row.name,
  digits(row.value),
  row.unit,
  spreadOf(row),
  row.goal ?? "",
  metOf(row),
];

const head = ["work", "value", "unit", "spread", "goal", "met"];

/** For a person at a terminal. */
export function humanTable(rows: readonly Row[]): string {
  const table = new Table({ head, wordWrap: true, colWidths: [46, 9, 24, 13, 8, 7] });
  for (const row of rows) table.push([...cells(row)]);
  return table.toString();
}

/** For docs/performance.md. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [
    line([...head, "baseline", "seen"]),
    line([...head, "baseline", "seen"].map(() => "---")),
    ...rows.map((row) => line([...cells(row), row.baseline, row.note ?? ""])),
  ].join("\n");
}
