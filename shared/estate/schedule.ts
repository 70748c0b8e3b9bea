import * as z from "zod";

const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
const shape = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[A-Z0-9,-]+)$/;

/** A nightly schedule: one time of day, on every day or on some days of the week. */
interface DailySchedule {
  readonly minute: number;
  readonly hour: number;
  /** Days of the week, 0 = Sunday. */
  readonly weekdays: readonly number[];
}

/**
 * A five-field cron expression of the form `minute hour * * weekdays`, for example `0 1 * * *` or `30 22 * * MON-FRI`.
 * One time a day: each firing is one slot of every selected vault.
 */
export const cronSchema = z.string().superRefine((text, context) => {
  const problem = cronProblem(text);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

function cronProblem(text: string): string | undefined {
  const fields = shape.exec(text);
  if (!fields) return "expected a cron expression `minute hour * * weekdays`, for example 0 1 * * *";
  if (Number(fields[1]) > 59) return `minute ${fields[1]} is not within 0 to 59`;
  if (Number(fields[2]) > 23) return `hour ${fields[2]} is not within 0 to 23`;
  if (weekdaysOf(fields[3] ?? "") === undefined)
    return `weekdays ${fields[3]} are not * or days such as MON-FRI or 1,3,5`;
  return undefined;
}

/** Reads an expression that cronSchema has accepted. */
export function parseCron(text: string): DailySchedule {
  const fields = shape.exec(text);
  const weekdays = weekdaysOf(fields?.[3] ?? "");
  if (!fields || !weekdays)
    throw new RangeError(`${JSON.stringify(text)} is not a cron expression of an estate`);
  return { minute: Number(fields[1]), hour: Number(fields[2]), weekdays };
}

function weekdaysOf(field: string): number[] | undefined {
  if (field === "*") return [0, 1, 2, 3, 4, 5, 6];
  const chosen = new Set<number>();
  for (const part of field.split(",")) {
    const [from, to = from] = part.split("-").map(weekdayOf);
    if (from === undefined || to === undefined || part.split("-").length > 2) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      chosen.add(day);
      if (day === to) break;
    }
  }
  return [...chosen].sort((a, b) => a - b);
}

function weekdayOf(text: string): number | undefined {
  if (/^[0-7]$/.test(text)) return Number(text) % 7;
  const index = (days as readonly string[]).indexOf(text);
  return index < 0 ? undefined : index;
}

/** The same schedule in the six fields of EventBridge Scheduler. */
export function awsCron(text: string): string {
  const { minute, hour, weekdays } = parseCron(text);
  if (weekdays.length === 7) return `cron(${minute} ${hour} * * ? *)`;
  return `cron(${minute} ${hour} ? * ${weekdays.map((day) => days[day]).join(",")} *)`;
}
