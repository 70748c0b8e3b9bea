import { createHash } from "node:crypto";

/** One thing that happened, for the story of a failure. */
export interface Entry {
  readonly at_ms: number;
  /** Whom it concerns: ids of vaults, resources, messages, invocations, or `""` for everybody. */
  readonly about: string;
  readonly what: string;
}

/** Everything that happened in a run, in order. Its digest is what two runs of one seed must share. */
export interface Journal {
  note(about: string, what: string): void;
  /** Closes the journal. */
  digest(): string;
  /** Empty unless the journal keeps its entries. */
  readonly entries: readonly Entry[];
  /** How many were noted. */
  readonly length: number;
}

/** Text is hashed in pieces of this size: a call of the hash for each line would cost more than the line. */
const piece_characters = 16_384;

export function createJournal(now: () => number, { keep = false } = {}): Journal {
  const sum = createHash("sha256");
  const entries: Entry[] = [];
  let text = "";
  let length = 0;
  return {
    entries,
    get length() {
      return length;
    },
    note(about, what) {
      const at_ms = now();
      length += 1;
      text += `${at_ms} ${about} ${what}\n`;
      if (keep) entries.push({ at_ms, about, what });
      if (text.length < piece_characters) return;
      sum.update(text);
      text = "";
    },
    digest: () => sum.update(text).digest("hex"),
  };
}
