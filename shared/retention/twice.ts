/**
 * Finds texts that occur twice among a million without keeping a set of a million texts: their fingerprints are
 * numbers in one typed array, and only texts whose fingerprints are equal are compared.
 */
export class Fingerprints {
  readonly #prints: Int32Array;

  constructor(length: number) {
    this.#prints = new Int32Array(length);
  }

  set(index: number, text: string): void {
    this.#prints[index] = fingerprint(text);
  }

  /** The first text that occurs a second time; `textAt` gives the text at a place again. */
  firstTwice(textAt: (index: number) => string): string | undefined {
    const suspected = equalNeighbours(this.#prints.toSorted());
    if (suspected.size === 0) return undefined;
    const seen = new Set<string>();
    for (const [index, print] of this.#prints.entries()) {
      if (!suspected.has(print)) continue;
      const text = textAt(index);
      if (seen.has(text)) return text;
      seen.add(text);
    }
    return undefined;
  }
}

/** The values that stand more than once in a sorted array. */
function equalNeighbours(sorted: Int32Array): ReadonlySet<number> {
  const values = new Set<number>();
  for (let at = 1; at < sorted.length; at++) {
    const value = sorted[at] ?? 0;
    if (value === sorted[at - 1]) values.add(value);
  }
  return values;
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
