import { barX, dot, ruleX, text } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { CoverageReport, ProjectCoverage, SlotTimeline } from "../../report/schema.ts";
import { Chart } from "../components/Chart.tsx";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { clockTime, plural } from "../components/format.ts";
import { Section } from "../components/Section.tsx";

/** Bars that can be told apart. */
const most = 40;

const outcomes: Readonly<
  Record<SlotTimeline["outcome"], { readonly symbol: string; readonly tone: string; readonly rank: number }>
> = {
  failed: { symbol: "✕", tone: "failed", rank: 0 },
  "given-up": { symbol: "○", tone: "missing", rank: 1 },
  stuck: { symbol: "○", tone: "missing", rank: 1 },
  partial: { symbol: "◐", tone: "late", rank: 2 },
  open: { symbol: "…", tone: "open", rank: 3 },
  done: { symbol: "●", tone: "protected", rank: 4 },
  skipped: { symbol: "·", tone: "not-expected", rank: 5 },
};

export function Tonight({ report }: { readonly report: CoverageReport }) {
  return (
    <Section
      title="Tonight"
      about="From the scheduled time to the end of each vault's checkpoint; dots are attempts."
    >
      {report.projects.map((project) => (
        <ProjectNight key={project.name} project={project} now={report.generated_at} />
      ))}
    </Section>
  );
}

function ProjectNight({ project, now }: { readonly project: ProjectCoverage; readonly now: string }) {
  const { tonight, timezone, name } = project;
  const taken = useMemo(
    () => tonight.filter(({ outcome }) => outcome !== "skipped").sort(worstFirst),
    [tonight],
  );
  const options = useMemo(() => timeline(taken.slice(0, most), timezone, now), [taken, timezone, now]);
  const columns = useMemo(() => columnsOf(timezone), [timezone]);
  const done = taken.filter(({ outcome }) => outcome === "done").length;
  const label = `Night of project ${name}: ${done} of ${plural(taken.length, "vault")} done, ${plural(tonight.length - taken.length, "vault")} skipped`;
  return (
    <>
      <h3>
        {label}
        {taken.length > most && `; the chart shows the ${most} that went worst or took longest`}
      </h3>
      {taken.length > 0 && <Chart label={label} options={options} />}
      <details>
        <summary>The same as a table</summary>
        <DataTable caption={`Slots of the night, project ${name}`} rows={tonight} columns={columns} />
      </details>
    </>
  );
}

const endOf = ({ ended_at }: SlotTimeline) => ended_at ?? "9999";
const worstFirst = (a: SlotTimeline, b: SlotTimeline) =>
  outcomes[a.outcome].rank - outcomes[b.outcome].rank || (endOf(a) < endOf(b) ? 1 : -1);

/** Deadlines far to the right would squeeze the bars. */
const deadlineWithin = 1.5;

function timeline(slots: readonly SlotTimeline[], timeZone: string, now: string) {
  const bars = slots.map((slot) => ({
    ...slot,
    label: shorten(slot.vault_name),
    key: `${slot.vault_id} ${slot.rule}`,
    start: new Date(slot.scheduled_at),
    end: new Date(slot.ended_at ?? now),
    ...outcomes[slot.outcome],
  }));
  const names = new Map(bars.map(({ key, label }) => [key, label]));
  const dots = bars.flatMap(({ key, attempts }) => attempts.map(({ at }) => ({ key, at: new Date(at) })));
  const first_ms = Math.min(...bars.map(({ start }) => start.getTime()));
  const span_ms = Math.max(...bars.map(({ end }) => end.getTime())) - first_ms;
  const deadlines = [...new Set(bars.map(({ deadline_at }) => Date.parse(deadline_at)))]
    .filter((at_ms) => at_ms - first_ms <= deadlineWithin * span_ms)
    .map((at_ms) => new Date(at_ms));
  return {
    marginLeft: 170,
    marginRight: 30,
    height: 60 + bars.length * 16,
    x: {
      type: "time" as const,
      label: null,
      ticks: 8,
      tickFormat: (at: Date) => clockTime(at.getTime(), timeZone).slice(0, 5),
    },
    y: { label: null, domain: bars.map(({ key }) => key), tickFormat: (key: string) => names.get(key) ?? "" },
    marks: [
      barX(bars, {
        y: "key",
        x1: "start",
        x2: "end",
        fill: ({ tone }) => `var(--${tone})`,
        stroke: "var(--line)",
        insetTop: 2,
        insetBottom: 2,
      }),
      dot(dots, { y: "key", x: "at", r: 2.5, fill: "var(--text)" }),
      text(bars, { y: "key", x: "end", text: "symbol", dx: 10, fill: "var(--text)" }),
      ruleX(deadlines, {
        stroke: "var(--text)",
        strokeDasharray: "4 3",
      }),
    ],
  };
}

const longest = 24;
const shorten = (name: string) => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);

const columnsOf = (timeZone: string): Column<SlotTimeline>[] => [
  { id: "vault", header: "Vault", value: ({ vault_name }) => vault_name },
  { id: "rule", header: "Rule", value: ({ rule }) => rule },
  {
    id: "outcome",
    header: "Outcome",
    value: ({ outcome }) => outcome,
    show: ({ outcome }) => `${outcomes[outcome].symbol} ${outcome}`,
  },
  { id: "attempts", header: "Attempts", value: ({ attempts }) => attempts.length, numeric: true },
  { id: "ended", header: "Ended", value: ({ ended_at }) => (ended_at ? clockTime(ended_at, timeZone) : "") },
  {
    id: "reason",
    wide: true,
    header: "Reason",
    value: ({ code, reason }) => [code, reason].filter(Boolean).join(": "),
  },
];
