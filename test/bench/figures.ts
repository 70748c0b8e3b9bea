import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import { isRising, type Row } from "./row.ts";

const file = new URL("figures.json", import.meta.url);

const about = z.object({
  machine: z.string(),
  measured_at: z.string(),
  /** What the machine had to do, averaged over the last fifteen minutes. */
  load: z.number(),
  /** How long the whole run took. */
  seconds: z.number(),
});

/** Where and when figures were measured. */
export type About = z.output<typeof about>;

/** The committed figures: what a run on the named machine gave. */
const figures = about.extend({
  rows: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
});

export type Figures = z.output<typeof figures>;

/** A row may get worse by so much before the suite says so. */
const TOLERANCE = 0.2;

export async function readFigures(): Promise<Figures> {
  return figures.parse(JSON.parse(await readFile(file, "utf8")));
}

export async function writeFigures(rows: readonly Row[], about: About): Promise<void> {
  const kept = rows.map(({ name, value, unit }) => ({ name, value: Number(value.toPrecision(4)), unit }));
  await writeFile(file, `${JSON.stringify({ ...about, rows: kept }, null, 2)}\n`);
}

export interface Worse {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** The rows that are worse than the committed figures by more than a fifth. */
export function worseThan({ rows: before }: Figures, rows: readonly Row[]): Worse[] {
  const known = new Map(before.map(({ name, value }) => [name, value]));
  return rows.flatMap((row) => {
    const was = known.get(row.name);
    if (was === undefined) return [];
    const isWorse = isRising(row) ? row.value < was * (1 - TOLERANCE) : row.value > was * (1 + TOLERANCE);
    return isWorse ? [{ name: row.name, before: was, now: row.value }] : [];
  });
}
