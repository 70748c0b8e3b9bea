import { useCallback, useMemo, useState } from "preact/hooks";
import { cellStates } from "../../report/cells.ts";
import type { CoverageReport } from "../../report/schema.ts";
import { Section } from "../components/Section.tsx";
import { Capacity } from "./Capacity.tsx";
import { ExplanationPanel } from "./ExplanationPanel.tsx";
import { HeatMap } from "./HeatMap.tsx";
import { Instances } from "./Instances.tsx";
import {
  type Choice,
  explain,
  type Filter,
  type Grouping,
  groupings,
  groupsOf,
  itemsOf,
  select,
} from "./model.ts";
import { Pruning } from "./Pruning.tsx";
import { ResourceTable } from "./ResourceTable.tsx";
import { Tiles } from "./Tiles.tsx";
import { Tonight } from "./Tonight.tsx";

/** The whole coverage page: the same in the morning's file and, live, in the console. */
export function Coverage({ report }: { readonly report: CoverageReport }) {
  return (
    <>
      <Tiles report={report} />
      <Problems report={report} />
      <Nights report={report} />
      <Tonight report={report} />
      <Capacity report={report} />
      <ResourceTable report={report} />
      <Instances report={report} />
      <Pruning report={report} />
    </>
  );
}

function Problems({ report: { projects } }: { readonly report: CoverageReport }) {
  const problems = projects.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  if (problems.length === 0) return null;
  return (
    <Section title="What could not be read">
      <ul class="problems">
        {problems.map((problem) => (
          <li key={problem}>
            <bdi>{problem}</bdi>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Nights({ report }: { readonly report: CoverageReport }) {
  const [grouping, setGrouping] = useState<Grouping>("vault");
  const [filter, setFilter] = useState<Filter>({ text: "", troubled: false });
  const [choice, setChoice] = useState<Choice>();
  const items = useMemo(() => itemsOf(report), [report]);
  const groups = useMemo(
    () => groupsOf(select(items, filter), grouping, report.nights.length),
    [items, filter, grouping, report.nights.length],
  );
  const choose = useCallback((next: Choice) => setChoice(next), []);
  const explanation = useMemo(
    () => choice && explain(choice, { groups, items, nights: report.nights }),
    [choice, groups, items, report.nights],
  );
  // The same element as long as nothing in it has changed: moving from cell to cell draws only the words anew.
  const map = useMemo(
    () => <HeatMap groups={groups} nights={report.nights} onChoose={choose} />,
    [groups, report.nights, choose],
  );
  return (
    <Section
      title="Nights"
      about="Every cell is explained when it is clicked or has the keyboard's focus; arrows move."
    >
      <div class="table-tools">
        <label>
          Group by{" "}
          <select value={grouping} onChange={(event) => setGrouping(toGrouping(event.currentTarget.value))}>
            {Object.entries(groupings).map(([key, { label }]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Find{" "}
          <input
            type="search"
            value={filter.text}
            onInput={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={filter.troubled}
            onChange={(event) => setFilter({ ...filter, troubled: event.currentTarget.checked })}
          />{" "}
          only with failure
        </label>
      </div>
      <Legend />
      <div class="heat-and-words">
        {map}
        <ExplanationPanel explanation={explanation} />
      </div>
    </Section>
  );
}

const toGrouping = (value: string): Grouping =>
  Object.keys(groupings).find((key): key is Grouping => key === value) ?? "vault";

function Legend() {
  return (
    <ul class="legend" aria-label="What the signs mean">
      {Object.values(cellStates).map(({ name, symbol, meaning }) => (
        <li key={name} title={meaning}>
          <span class={`sign cell ${name.replace(" ", "-")}`} aria-hidden="true">
            {symbol}
          </span>{" "}
          {name}
        </li>
      ))}
    </ul>
  );
}
