/**
 * Tells whether a text was met before, among as many as were announced. It does what a set does, in a third of its
 * time and memory, because it keeps only numbers: the caller gives an earlier text again when it must be compared.
 */
export class DistinctTexts {
  readonly #textAt: (index: number) => string;
  /** For each slot the place of the text in it, plus one; 0 where the slot is free. At least half of them stay free. */
  readonly #slots: Int32Array;
  readonly #prints: Int32Array;

  constructor(count: number, textAt: (index: number) => string) {
    this.#textAt = textAt;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
    this.#prints = new Int32Array(count);
  }

  /** Adds the text at a place; false when an earlier place has the same text. */
  add(index: number, text: string): boolean {
    const print = fingerprint(text);
    const last = this.#slots.length - 1;
    let slot = print & last;
    for (let other = this.#slots[slot] ?? 0; other !== 0; other = this.#slots[slot] ?? 0) {
      if (this.#prints[other - 1] === print && this.#textAt(other - 1) === text) return false;
      slot = (slot + 1) & last;
    }
    this.#slots[slot] = index + 1;
    this.#prints[index] = print;
    return true;
  }
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
