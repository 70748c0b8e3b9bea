/** Things with an id, kept in the order they came, found by id at once and read newest first. */
export interface Collection<T extends { readonly id: string }> {
  readonly size: number;
  add(item: T): void;
  get(id: string): T | undefined;
  delete(id: string): boolean;
  /** Oldest first. A copy: the collection may change while it is read. */
  all(): T[];
  /** Newest first, those that `wanted` says; stops early when it answers "stop". */
  newest(wanted: (item: T) => boolean | "stop"): T[];
  /** `limit` items from `offset`, newest first, without touching the others. */
  slice(offset: number, limit: number): T[];
}

export function createCollection<T extends { readonly id: string }>(): Collection<T> {
  const byId = new Map<string, T>();
  // Removed items stay as holes until they are many, so that removing one does not move a million.
  let order: T[] = [];
  const gone = new Set<T>();
  const compact = () => {
    if (gone.size === 0) return;
    order = order.filter((item) => !gone.has(item));
    gone.clear();
  };
  return {
    get size() {
      return byId.size;
    },
    add(item) {
      byId.set(item.id, item);
      order.push(item);
    },
    get: (id) => byId.get(id),
    delete(id) {
      const item = byId.get(id);
      if (item === undefined) return false;
      byId.delete(id);
      gone.add(item);
      if (gone.size > 64 && gone.size > byId.size) compact();
      return true;
    },
    all() {
      compact();
      return [...order];
    },
    newest(wanted) {
      const found: T[] = [];
      for (let index = order.length - 1; index >= 0; index -= 1) {
        const item = order[index];
        if (item === undefined || gone.has(item)) continue;
        const answer = wanted(item);
        if (answer === "stop") break;
        if (answer) found.push(item);
      }
      return found;
    },
    slice(offset, limit) {
      compact();
      const end = Math.max(0, order.length - offset);
      return order.slice(Math.max(0, end - limit), end).reverse();
    },
  };
}
