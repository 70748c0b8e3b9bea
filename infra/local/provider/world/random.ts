import type { Random } from "../../../../shared/core/random.ts";

/** Chance that a seed decides: the same seed gives the same fractions and the same ids, for ever. */
export interface SeededRandom extends Random {
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** `length` random hexadecimal digits. */
  hex(length: number): string;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Small fast counter generator (sfc32, public domain), 128 bits of state, filled from one seed. */
function generator(seed: number): () => number {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  // Neighbouring seeds give unrelated numbers only after some rounds.
  for (let round = 0; round < 16; round += 1) next();
  return next;
}

export function seededRandom(seed: number): SeededRandom {
  const next = generator(seed);
  const fraction = () => next() / 2 ** 32;
  const word = () => next().toString(16).padStart(8, "0");
  const hex = (length: number) => {
    let digits = "";
    while (digits.length < length) digits += word();
    return digits.slice(0, length);
  };
  return {
    fraction,
    hex,
    between: (low, high) => low + Math.floor(fraction() * (high - low + 1)),
    pick: (choices) => choices[Math.floor(fraction() * choices.length)] ?? choices[0],
    id() {
      const digits = hex(32);
      const variant = ((Number.parseInt(digits.charAt(16), 16) & 3) | 8).toString(16);
      const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`];
      return [...parts, variant + digits.slice(17, 20), digits.slice(20)].join("-");
    },
  };
}
