import { readFile, writeFile } from "node:fs/promises";
import type { About } from "./figures.ts";
import type { Row } from "./row.ts";
import { markdownTable } from "./table.ts";

const file = new URL("../../docs/performance.md", import.meta.url);

/** Between these two the page is written by the suite; the rest of it by people. */
const BEGIN = "<!-- figures: begin -->";
const END = "<!-- figures: end -->";

/** The page with the figures of this run in place of earlier ones. */
export function withFigures(page: string, rows: readonly Row[], about: About): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md has no lines ${BEGIN} and ${END}`);
  const { machine, measured_at, seconds, load } = about;
  const minutes = (seconds / 60).toFixed(1);
  const told = `Measured on ${measured_at} on ${machine}, in ${minutes} minutes, at an average load of ${load}.`;
  return `${page.slice(0, begin)}${BEGIN}\n\n${told}\n\n${markdownTable(rows)}\n\n${page.slice(end)}`;
}

export async function writePage(rows: readonly Row[], about: About): Promise<void> {
  await writeFile(file, withFigures(await readFile(file, "utf8"), rows, about));
}
