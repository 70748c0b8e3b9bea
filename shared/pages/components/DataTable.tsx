import {
  type ColumnDef,
  columnFilteringFeature,
  createFilteredRowModel,
  createPaginatedRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  rowPaginationFeature,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/preact-table";
import type { ComponentChildren } from "preact";
import { useId, useMemo } from "preact/hooks";

const features = tableFeatures({
  columnFilteringFeature,
  globalFilteringFeature,
  rowSortingFeature,
  rowPaginationFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
  filterFns: { includesString: filterFn_includesString },
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

/** One column: what it sorts and filters by, and how it is shown where that differs. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly value: (row: Row) => string | number;
  readonly show?: (row: Row) => ComponentChildren;
  readonly numeric?: boolean;
  /** Sentences: they may take several lines. Whatever else is too long is cut, and whole in its title. */
  readonly wide?: boolean;
}

interface Props<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly sortBy?: { readonly id: string; readonly desc: boolean };
  readonly pageSize?: number;
}

const pageSizes = [10, 25, 100, 1000];

/** A table that sorts by its headers, filters by any text, and shows one page at a time. */
export function DataTable<Row extends object>({ caption, rows, columns, sortBy, pageSize = 25 }: Props<Row>) {
  const definitions = useMemo(() => columns.map((column) => toDefinition(column)), [columns]);
  const shown = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows as Row[],
    globalFilterFn: "includesString",
    autoResetPageIndex: false,
    initialState: { sorting: sortBy ? [sortBy] : [], pagination: { pageIndex: 0, pageSize } },
  });
  const filtered = table.getFilteredRowModel().rows.length;
  const body = table.getRowModel().rows;
  const filterId = useId();
  if (rows.length === 0)
    return (
      <p>
        <strong>{caption}:</strong> none.
      </p>
    );
  return (
    <div class="data-table">
      {rows.length > 5 && (
        <div class="table-tools">
          <label for={filterId}>Filter</label>
          <input
            id={filterId}
            type="search"
            onInput={(event) => {
              table.setGlobalFilter(event.currentTarget.value);
              table.setPageIndex(0);
            }}
          />
          <span role="status">
            {filtered} of {rows.length}
          </span>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="scroll" aria-label={caption} tabIndex={0}>
        <table>
          <caption>{caption}</caption>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map(({ id, column }) => {
                  const sorted = column.getIsSorted();
                  return (
                    <th
                      key={id}
                      scope="col"
                      class={shown.get(id)?.numeric ? "number" : undefined}
                      aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}
                    >
                      <button type="button" class="plain" onClick={() => column.toggleSorting()}>
                        {shown.get(id)?.header}
                        <span aria-hidden="true">
                          {sorted === "asc" ? " ▲" : sorted === "desc" ? " ▼" : ""}
                        </span>
                      </button>
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody>
            {body.map((row) => (
              <tr key={row.id}>
                {columns.map((column) => (
                  <td
                    key={column.id}
                    class={column.numeric ? "number" : column.wide ? "wide" : undefined}
                    title={titleOf(column, row.original)}
                  >
                    {column.show ? column.show(row.original) : <bdi>{column.value(row.original)}</bdi>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {filtered > pageSize && <Pager table={table} filtered={filtered} />}
    </div>
  );
}

const longText = 30;

function titleOf<Row extends object>(column: Column<Row>, row: Row): string | undefined {
  const value = column.value(row);
  return typeof value === "string" && !column.wide && value.length > longText ? value : undefined;
}

function toDefinition<Row extends object>({
  id,
  value,
  numeric,
}: Column<Row>): ColumnDef<typeof features, Row> {
  return { id, accessorFn: value, sortFn: numeric ? "basic" : "alphanumeric", enableGlobalFilter: true };
}

interface PagerProps {
  readonly filtered: number;
  readonly table: {
    readonly state: { readonly pagination: { readonly pageIndex: number; readonly pageSize: number } };
    setPageIndex(index: number): void;
    setPageSize(size: number): void;
    getPageCount(): number;
  };
}

function Pager({ table, filtered }: PagerProps) {
  const { pageIndex, pageSize } = table.state.pagination;
  const pages = table.getPageCount();
  return (
    <div class="pager">
      <button type="button" disabled={pageIndex === 0} onClick={() => table.setPageIndex(pageIndex - 1)}>
        Previous
      </button>
      <span>
        Page {pageIndex + 1} of {pages}
      </span>
      <button
        type="button"
        disabled={pageIndex + 1 >= pages}
        onClick={() => table.setPageIndex(pageIndex + 1)}
      >
        Next
      </button>
      <label>
        Rows{" "}
        <select value={pageSize} onChange={(event) => table.setPageSize(Number(event.currentTarget.value))}>
          {pageSizes
            .filter((_, index) => index === 0 || (pageSizes[index - 1] ?? 0) < filtered)
            .map((size) => (
              <option key={size} value={size}>
                {size}
              </option>
            ))}
        </select>
      </label>
    </div>
  );
}
