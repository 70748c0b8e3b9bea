import pc from "picocolors";
import { isKept, type PlannedBackup } from "./retention.ts";
import type { LocalTime } from "./table.ts";

/** Longer pictures are cut at their old end. */
const MAX_MONTHS = 36;

const SYMBOLS = {
  kept: pc.green("●"),
  some: pc.yellow("◐"),
  expired: pc.red("○"),
  none: pc.dim("·"),
};

/** The days that are named above the picture, each over its column of two characters. */
const DAY_SCALE = [1, 5, 10, 15, 20, 25, 30].reduce(
  (scale, day) => scale.padEnd(day * 2 - String(day).length) + day,
  "",
);

/** The days of each month, newest month last: whether their backups are kept or expire. */
export function calendarPicture(planned: readonly PlannedBackup[], local: LocalTime): string[] {
  const days = Map.groupBy(planned, ({ time_ms }) => local.date(time_ms));
  const months = monthsBetween([...days.keys()].toSorted());
  const shown = months.slice(-MAX_MONTHS);
  const cut = months.length - shown.length;
  return [
    `${pc.bold("Calendar")} (${local.zone}): ${SYMBOLS.kept} kept  ${SYMBOLS.some} some kept, some expired  ${SYMBOLS.expired} expired  ${SYMBOLS.none} no backup`,
    `${" ".repeat(9)}${DAY_SCALE}`,
    ...shown.map(
      (month) =>
        `${month}  ${daysOf(month)
          .map((day) => ` ${symbolOf(days.get(day))}`)
          .join("")}`,
    ),
    ...(cut > 0 ? [`(${cut} earlier months are not shown)`] : []),
  ];
}

function symbolOf(backups: readonly PlannedBackup[] | undefined): string {
  if (!backups) return SYMBOLS.none;
  if (backups.every(isKept)) return SYMBOLS.kept;
  return backups.some(isKept) ? SYMBOLS.some : SYMBOLS.expired;
}

/** Every month from that of the first date to that of the last. */
function monthsBetween(dates: readonly string[]): string[] {
  const first = dates[0];
  const last = dates.at(-1)?.slice(0, 7);
  if (first === undefined || last === undefined) return [];
  const months = [first.slice(0, 7)];
  for (let month = months[0]; month !== undefined && month < last; months.push(month))
    month = following(month);
  return months;
}

function following(month: string): string {
  const next = new Date(`${month}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return next.toISOString().slice(0, 7);
}

function daysOf(month: string): string[] {
  const lastDay = new Date(`${following(month)}-01T00:00:00Z`);
  lastDay.setUTCDate(0);
  return Array.from(
    { length: lastDay.getUTCDate() },
    (_, day) => `${month}-${String(day + 1).padStart(2, "0")}`,
  );
}
