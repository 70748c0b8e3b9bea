import type { AnyOperation } from "../../../shared/api/operation.ts";

type Operations = Readonly<Record<string, AnyOperation>>;

/** The same operations, whose lists ask for small pages: a small estate then has as many pages as a large one. */
export function withSmallPages<const Table extends Operations>(operations: Table, limit: number): Table;
export function withSmallPages(operations: Operations, limit: number): Operations {
  const known = made.get(operations)?.get(limit);
  if (known !== undefined) return known;
  const smaller = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, inPages(operation, limit)]),
  );
  made.set(operations, (made.get(operations) ?? new Map<number, Operations>()).set(limit, smaller));
  return smaller;
}

/** Made once: what a client keeps for an operation, it keeps for the same operation. */
const made = new WeakMap<Operations, Map<number, Operations>>();

function inPages(operation: AnyOperation, maximumLimit: number): AnyOperation {
  const { list } = operation;
  return list === undefined ? operation : { ...operation, list: { ...list, maximumLimit } };
}
