import { readFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { join } from "node:path";
import * as z from "zod";

const mapSchema = z.object({
  version: z.number(),
  file: z.string().default(""),
  sources: z.array(z.string()),
  sourcesContent: z.array(z.string()).default([]),
  names: z.array(z.string()),
  mappings: z.string(),
  sourceRoot: z.string().default(""),
});

/** A place in a bundle, wherever that lies: its files end in a hash of their content. */
const placePattern = /(?:file:\/\/)?[^\s()"'\\]*?([\w.]+(?:-[\w.]+)*-[A-Z0-9]{8}\.mjs):(\d+):(\d+)/g;

interface Traced {
  /** The text with every place for which there is a map led back: `shared/work/perform.ts:84:13`. */
  readonly text: string;
  readonly places: number;
  /** Files of bundles of which there is no map. */
  readonly unknown: readonly string[];
}

/** Leads the places of bundles that a text names, a stack trace or a log, back to the source, by the maps in the folder. */
export async function traceBack(text: string, maps: string): Promise<Traced> {
  const places = [...text.matchAll(placePattern)];
  const files = new Set(places.map(([, file = ""]) => file));
  const known = new Map<string, SourceMap>();
  for (const file of files) {
    const map = await readMap(join(maps, `${file}.map`));
    if (map) known.set(file, map);
  }
  const traced = text.replaceAll(placePattern, (place, file: string, line: string, column: string) => {
    // Places count from 1, maps from 0; a place before the first that the map knows of its line is nobody's.
    const entry = known.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !("originalSource" in entry) || entry.generatedLine !== Number(line) - 1)
      return place;
    return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
  return { text: traced, places: places.length, unknown: [...files].filter((file) => !known.has(file)) };
}

async function readMap(path: string): Promise<SourceMap | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : new SourceMap(mapSchema.parse(JSON.parse(text)));
}
