/**
 * What became of a resource in a night, worst first: one letter each, so that thirty nights are one short text. The
 * symbol says the same without colour.
 */
export const cellStates = {
  F: { name: "failed", symbol: "✕", meaning: "a backup was tried, and the provider refused or failed it" },
  M: { name: "missing", symbol: "○", meaning: "a backup was expected and there is none" },
  L: { name: "late", symbol: "◐", meaning: "backed up, but after the deadline" },
  O: { name: "open", symbol: "…", meaning: "expected, still under way" },
  P: { name: "protected", symbol: "●", meaning: "backed up in time" },
  "-": { name: "not expected", symbol: "·", meaning: "no rule asked for a backup that night" },
} as const;

export type CellState = keyof typeof cellStates;

const order = Object.keys(cellStates) as CellState[];

export const isCellState = (letter: string): letter is CellState => letter in cellStates;

/** The worse of two: of two rules that are due in one night, the one that went wrong is shown. */
export const worse = (a: CellState, b: CellState): CellState =>
  order.indexOf(a) <= order.indexOf(b) ? a : b;

/** Cells that somebody has to look at. */
export const isRed = (state: CellState): boolean => state === "F" || state === "M";

export type CellCounts = Record<CellState, number>;

export const noCells = (): CellCounts => ({ F: 0, M: 0, L: 0, O: 0, P: 0, "-": 0 });

/** Adds the cells of a row to counts. */
export function countCells(counts: CellCounts, nights: string): void {
  for (const letter of nights) if (isCellState(letter)) counts[letter]++;
}
