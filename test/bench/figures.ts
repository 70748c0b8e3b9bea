import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import { isRising, meets, type Row } from "./row.ts";

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
  rows: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      /** Later runs are held to this value. */
      held: z.literal(true).optional(),
    }),
  ),
});

export type Figures = z.output<typeof figures>;

/** A row may get worse by so much before the suite says so. */
const TOLERANCE = 0.2;
/** A row without a goal of its own may be worse than its recorded figure by so much: that is its goal. */
const HELD_TOLERANCE = 1 / 6;

export async function readFigures(): Promise<Figures> {
  return figures.parse(JSON.parse(await readFile(file, "utf8")));
}

/** What is recorded of a run. */
export function figuresOfRun(rows: readonly Row[], about: About): Figures {
  const kept = rows.map(({ name, value, unit, held }) => ({
    ...{ name, value: Number(value.toPrecision(4)), unit },
    ...(held && { held }),
  }));
  return { ...about, rows: kept };
}

export async function writeFigures(recorded: Figures): Promise<void> {
  await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`);
}

/** The rows, with their recorded figure as the goal of those that are held to it; one without a figure has no goal. */
export function heldTo({ rows: recorded }: Pick<Figures, "rows">, rows: readonly Row[]): Row[] {
  const known = new Map(recorded.map(({ name, value }) => [name, value]));
  return rows.map((row) => {
    const was = known.get(row.name);
    if (!row.held || was === undefined) return row;
    const goal = `≤ ${(was * (1 + HELD_TOLERANCE)).toPrecision(3)}`;
    return { ...row, goal, met: meets(row.value, goal) };
  });
}

export interface Worse {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** The rows that are worse than the committed figures by more than a fifth; those that are held to them have their goal. */
export function worseThan({ rows: before }: Figures, rows: readonly Row[]): Worse[] {
  const known = new Map(before.map(({ name, value }) => [name, value]));
  return rows.flatMap((row) => {
    const was = known.get(row.name);
    if (was === undefined || row.held) return [];
    const isWorse = isRising(row) ? row.value < was * (1 - TOLERANCE) : row.value > was * (1 + TOLERANCE);
    return isWorse ? [{ name: row.name, before: was, now: row.value }] : [];
  });
}
