import type { AnyOperation } from "../../../shared/api/operation.ts";

type Operations = Readonly<Record<string, AnyOperation>>;

/** The same operations, whose lists ask for small pages: a small estate then has as many pages as a large one. */
export function withSmallPages<const Table extends Operations>(operations: Table, limit: number): Table;
export function withSmallPages(operations: Operations, limit: number): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, smaller(operation, limit)]),
  );
}

function smaller(operation: AnyOperation, maximumLimit: number): AnyOperation {
  const { list } = operation;
  return list === undefined ? operation : { ...operation, list: { ...list, maximumLimit } };
}
