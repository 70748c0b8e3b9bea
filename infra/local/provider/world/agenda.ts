/** What will happen in the world, and when. Played in order of time, then of entry, so that a seed replays it. */
export interface Agenda {
  /** Runs `happen` when the world's time reaches `at_ms`. */
  at(at_ms: number, happen: () => void): void;
  /** When the next thing happens; undefined when nothing is planned. */
  next(): number | undefined;
  /** Takes out the next thing, if it is due at `now_ms`. */
  takeDue(now_ms: number): Plan | undefined;
  readonly length: number;
}

interface Plan {
  readonly at_ms: number;
  readonly order: number;
  readonly happen: () => void;
}

/** A binary heap: a world of a million backups plans some thousand things at once. */
export function createAgenda(): Agenda {
  const heap: Plan[] = [];
  let entries = 0;
  return {
    at(at_ms, happen) {
      entries += 1;
      heap.push({ at_ms, order: entries, happen });
      rise(heap, heap.length - 1);
    },
    next: () => heap[0]?.at_ms,
    takeDue(now_ms) {
      const first = heap[0];
      if (first === undefined || first.at_ms > now_ms) return undefined;
      const last = heap.pop();
      if (last !== undefined && last !== first) {
        heap[0] = last;
        sink(heap, 0);
      }
      return first;
    },
    get length() {
      return heap.length;
    },
  };
}

function before(left: Plan, right: Plan): boolean {
  return left.at_ms < right.at_ms || (left.at_ms === right.at_ms && left.order < right.order);
}

function rise(heap: Plan[], start: number): void {
  let index = start;
  while (index > 0) {
    const above = (index - 1) >> 1;
    if (!swapped(heap, above, index)) return;
    index = above;
  }
}

function sink(heap: Plan[], start: number): void {
  let index = start;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const [first, second] = [heap[left], heap[right]];
    if (first === undefined) return;
    const smaller = second !== undefined && before(second, first) ? right : left;
    if (!swapped(heap, index, smaller)) return;
    index = smaller;
  }
}

/** Swaps the two when the lower one is due first. */
function swapped(heap: Plan[], above: number, below: number): boolean {
  const [upper, lower] = [heap[above], heap[below]];
  if (upper === undefined || lower === undefined || !before(lower, upper)) return false;
  heap[above] = lower;
  heap[below] = upper;
  return true;
}
