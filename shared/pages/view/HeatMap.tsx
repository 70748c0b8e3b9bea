import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { cellStates, isCellState, isRed } from "../../report/cells.ts";
import { plural } from "../components/format.ts";
import type { Choice, Group, Item } from "./model.ts";

interface Props {
  readonly groups: readonly Group[];
  /** The report's nights, oldest first. */
  readonly nights: readonly string[];
  readonly onChoose: (choice: Choice) => void;
}

/** Rows that are drawn at once; a page of more would be slow to draw and to read. */
const groupsShown = 25;
const resourcesShown = 50;

/**
 * Groups by nights; a group opens into its resources. One tab stop: arrows move from cell to cell, and whatever cell
 * has the focus is explained.
 */
export function HeatMap({ groups, nights, onChoose }: Props) {
  const [page, setPage] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const pages = Math.max(1, Math.ceil(groups.length / groupsShown));
  const current = Math.min(page, pages - 1);
  const shown = groups.slice(current * groupsShown, (current + 1) * groupsShown);
  // The latest night is what people look for first.
  useEffect(() => scroller.current?.scrollTo({ left: scroller.current.scrollWidth }), []);
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <div>
      <div class="scroll" ref={scroller}>
        <table class="heat" onKeyDown={moveFocus} aria-label="Resources by nights">
          <thead>
            <tr>
              <th scope="col">Resources</th>
              {nights.map((date, index) => (
                <th key={date} scope="col" class="date">
                  <time dateTime={date}>
                    <span class="month">{index === 0 || date.endsWith("-01") ? monthOf(date) : ""}</span>
                    <span class="visually-hidden">{date.slice(0, 8)}</span>
                    {date.slice(8)}
                  </time>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((group, row) => (
              <Fragment key={group.key}>
                <GroupRow
                  group={group}
                  nights={nights}
                  first={row === 0}
                  open={open.has(group.key)}
                  onToggle={() => toggle(group.key)}
                  onChoose={onChoose}
                />
                {open.has(group.key) && <Members items={group.items} nights={nights} onChoose={onChoose} />}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div class="pager">
          <button type="button" disabled={current === 0} onClick={() => setPage(current - 1)}>
            Previous
          </button>
          <span>
            Groups {current * groupsShown + 1} to {current * groupsShown + shown.length} of {groups.length}
          </span>
          <button type="button" disabled={current + 1 >= pages} onClick={() => setPage(current + 1)}>
            Next
          </button>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly nights: readonly string[];
  readonly onChoose: (choice: Choice) => void;
}

function GroupRow({
  group,
  nights,
  first,
  open,
  onToggle,
  onChoose,
}: RowProps & {
  readonly group: Group;
  readonly first: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <tr class="group">
      <th scope="row">
        <button type="button" class="plain name" aria-expanded={open} onClick={onToggle} title={group.name}>
          <span aria-hidden="true">{open ? "▾ " : "▸ "}</span>
          <bdi>{group.name}</bdi>
        </button>
        <span class="quiet count">{group.items.length}</span>
      </th>
      {nights.map((date, night) => (
        <Cell
          key={date}
          state={group.cells[night] ?? "-"}
          count={group.items.length > 1 ? (group.red[night] ?? 0) : 0}
          label={`${group.name}, ${date}`}
          // The last night of the first row is where the keyboard comes in.
          entry={first && night === nights.length - 1}
          choose={() => onChoose({ group: group.key, date })}
        />
      ))}
    </tr>
  );
}

function Members({ items, nights, onChoose }: RowProps & { readonly items: readonly Item[] }) {
  const [most, setMost] = useState(resourcesShown);
  return (
    <>
      {items.slice(0, most).map((item) => (
        <tr key={item.resource.id}>
          <th scope="row">
            <span class="name" title={`${item.resource.name} ${item.resource.id}`}>
              <bdi>{item.resource.name}</bdi>
            </span>
          </th>
          {nights.map((date, night) => (
            <Cell
              key={date}
              state={item.resource.nights[night] ?? "-"}
              count={0}
              label={`${item.resource.name}, ${date}`}
              entry={false}
              choose={() => onChoose({ resource: item.resource.id, date })}
            />
          ))}
        </tr>
      ))}
      {items.length > most && (
        <tr>
          <th scope="row">
            <button type="button" onClick={() => setMost(most + resourcesShown)}>
              {plural(items.length - most, "more resource")}
            </button>
          </th>
        </tr>
      )}
    </>
  );
}

interface CellProps {
  readonly state: string;
  /** How many are red, where there are several. */
  readonly count: number;
  readonly label: string;
  readonly entry: boolean;
  readonly choose: () => void;
}

function Cell({ state, count, label, entry, choose }: CellProps) {
  const letter = isCellState(state) ? state : "-";
  const { name, symbol } = cellStates[letter];
  const red = isRed(letter);
  return (
    <td class={`cell ${name.replace(" ", "-")}`}>
      <button
        type="button"
        class="cell-button"
        tabIndex={entry ? 0 : -1}
        aria-label={`${label}: ${count > 1 ? `${count} ` : ""}${name}`}
        onFocus={choose}
        onClick={choose}
      >
        {symbol}
        {red && count > 1 && <small>{count}</small>}
      </button>
    </td>
  );
}

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

/** Moves the focus among the cells, and the one tab stop with it. */
function moveFocus(event: KeyboardEvent): void {
  const step = steps[event.key];
  const button = event.target;
  if (!step || !(button instanceof HTMLButtonElement) || !button.matches(".cell-button")) return;
  const row = button.closest("tr");
  const rows = [...(row?.closest("tbody")?.rows ?? [])].filter((one) => one.querySelector(".cell-button"));
  if (!row) return;
  const cells = (one: HTMLTableRowElement | undefined) => [
    ...(one?.querySelectorAll<HTMLButtonElement>(".cell-button") ?? []),
  ];
  const within = (wanted: number, length: number) => Math.max(0, Math.min(length - 1, wanted));
  const column = cells(row).indexOf(button);
  const target = cells(rows[within(rows.indexOf(row) + step[0], rows.length)]);
  const next = target[within(column + step[1], target.length)];
  if (!next) return;
  event.preventDefault();
  button.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

const monthOf = (date: string) =>
  new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" }).format(new Date(date));
