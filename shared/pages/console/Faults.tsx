import { useState } from "preact/hooks";
import { Section } from "../components/Section.tsx";
import type { ActionOf } from "./Actions.tsx";

/** One thing that can be made to go wrong. */
interface Switch {
  readonly label: string;
  readonly fault: (code: string, times: number) => object;
}

const switches: readonly Switch[] = [
  { label: "Backup tasks fail", fault: (code, times) => ({ kind: "task", outcome: "failed", code, times }) },
  { label: "Backup tasks hang", fault: (_, times) => ({ kind: "task", outcome: "hang", times }) },
  { label: "Backup tasks are slow", fault: (_, times) => ({ kind: "task", outcome: "slow", times }) },
  { label: "Calls are throttled (429)", fault: (_, times) => ({ kind: "throttle", times }) },
  { label: "Calls fail (500)", fault: (_, times) => ({ kind: "error", times }) },
  {
    label: "Answers of createCheckpoint are lost",
    fault: (_, times) => ({ kind: "reset", operation: "createCheckpoint", when: "after", times }),
  },
];

const presets = ["none", "some", "heavy"] as const;

export function Faults({ faults, run }: { readonly faults: readonly string[]; readonly run: ActionOf }) {
  const [code, setCode] = useState("BackupService.7101");
  const [times, setTimes] = useState(1);
  return (
    <Section title="Faults">
      <p role="status">
        {faults.length === 0 ? "No fault is switched on." : `Switched on: ${faults.join("; ")}.`}
      </p>
      <div class="table-tools">
        {presets.map((preset) => (
          <button key={preset} type="button" onClick={() => run("/api/faults", { preset })}>
            Preset {preset}
          </button>
        ))}
      </div>
      <div class="table-tools">
        <label>
          The next{" "}
          <input
            type="number"
            min={1}
            max={10_000}
            value={times}
            onInput={(event) => setTimes(Math.max(1, event.currentTarget.valueAsNumber || 1))}
          />
        </label>
        <label>
          Code of failed tasks <input value={code} onInput={(event) => setCode(event.currentTarget.value)} />
        </label>
      </div>
      <div class="table-tools">
        {switches.map(({ label, fault }) => (
          <button key={label} type="button" onClick={() => run("/api/fault", fault(code, times))}>
            {label}
          </button>
        ))}
      </div>
    </Section>
  );
}
