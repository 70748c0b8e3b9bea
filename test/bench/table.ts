import Table from "cli-table3";
import type { Row } from "./row.ts";

/** A number with as many digits as it deserves. */
export const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

const spreadOf = ({ spread }: Row): string =>
  spread && spread.min !== spread.max ? `${digits(spread.min)}–${digits(spread.max)}` : "";

const metOf = ({ goal, met }: Row): string => (goal === undefined ? "shown" : met ? "yes" : "**no**");

/** One line, for a run under way. */
export const rowLine = (row: Row): string => {
  const goal = row.goal === undefined ? "" : `, goal ${row.goal}: ${row.met ? "met" : "NOT MET"}`;
  return `${row.name}: ${digits(row.value)} ${row.unit}${goal}${row.note ? ` (${row.note})` : ""}`;
};

/** For a person at a terminal. */
export function humanTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ["work", "value", "unit", "spread", "goal", "met"],
    wordWrap: true,
    colWidths: [46, 9, 24, 13, 8, 7],
    style: { head: [], border: [] },
  });
  for (const row of rows)
    table.push([
      row.name,
      digits(row.value),
      row.unit,
      spreadOf(row),
      row.goal ?? "",
      row.goal === undefined ? "shown" : row.met ? "yes" : "NO",
    ]);
  return table.toString();
}

/** For docs/performance.md. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [
    line(["work", "median", "spread", "goal", "met", "against", "seen"]),
    line(["---", "---", "---", "---", "---", "---", "---"]),
    ...rows.map((row) =>
      line([
        row.name,
        `${digits(row.value)} ${row.unit}`,
        spreadOf(row),
        row.goal ?? "–",
        metOf(row),
        row.baseline,
        row.note ?? "",
      ]),
    ),
  ].join("\n");
}
