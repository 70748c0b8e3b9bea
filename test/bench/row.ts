/** One line of the benchmark: a value, what it is measured against, and whether it meets its goal. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: string;
  /** `≤ n`, `≥ n` or `< n`; undefined where the value is only shown. */
  readonly goal: string | undefined;
  readonly met: boolean;
  /** The least and the most that was seen. */
  readonly spread?: Spread | undefined;
  /** What else the measurement showed. */
  readonly note?: string | undefined;
  /** Of a row without a goal: more is better. */
  readonly rising?: boolean | undefined;
  /** It has no goal of its own: it is held to its recorded figure. */
  readonly held?: boolean | undefined;
}

export interface Spread {
  readonly min: number;
  readonly max: number;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  min: Math.min(...values),
  max: Math.max(...values),
});

interface Measured extends Pick<Row, "name" | "unit" | "baseline" | "note" | "rising" | "held"> {
  /** One value of each round. */
  readonly values: readonly number[];
  readonly goal?: `${"≤" | "≥" | "<"} ${number}` | undefined;
}

/** The row of a measurement: the median of its rounds against its goal. */
export function rowOf({ values, goal, ...row }: Measured): Row {
  const value = median(values);
  return { ...row, value, goal, met: meets(value, goal), spread: spreadOf(values) };
}

/** What `--json` tells of a row. */
export const figuresOf = ({ name, value, unit, baseline, goal, met }: Row) => ({
  ...{ name, value, unit, baseline },
  goal: goal ?? null,
  met,
});

/** Whether a value meets a goal; true where there is none. */
export function meets(value: number, goal: string | undefined): boolean {
  if (goal === undefined) return true;
  const [relation, limit] = goal.split(" ");
  if (relation === "≥") return value >= Number(limit);
  return relation === "<" ? value < Number(limit) : value <= Number(limit);
}

/** Whether a larger value of this row is the better one. */
export const isRising = ({ goal, rising = false }: Pick<Row, "goal" | "rising">): boolean =>
  goal === undefined ? rising : goal.startsWith("≥");
