import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Hooks } from "../api/connection.ts";
import { metrics as known, type Measure, type MetricName } from "./measures.ts";

/** The dimension that all measures of all functions share, so that an alarm reads one series of a project. */
export const METER_SERVICE = "vigil";

/** Takes values while an invocation runs, and writes them as few lines at its end. */
interface Meter {
  add(measures: readonly Measure[]): void;
  /** Writes what was taken, one line for each project, in CloudWatch's embedded format. */
  flush(): void;
}

export function createMeter(): Meter {
  let projects = new Map<string | undefined, Map<MetricName, number[]>>();
  return {
    add(measures) {
      for (const { project, name, value } of measures) {
        const values = projects.get(project) ?? new Map<MetricName, number[]>();
        projects.set(project, values);
        const before = values.get(name) ?? [];
        // Counts are summed; of what is a time each value counts.
        if (known[name].unit === "Count") values.set(name, [(before[0] ?? 0) + value]);
        else values.set(name, [...before, value]);
      }
    },
    flush() {
      const taken = projects;
      projects = new Map();
      for (const [project, values] of taken) {
        // A default dimension: the library writes a line by itself when one is full, and forgets other dimensions then.
        const defaultDimensions = project === undefined ? {} : { project };
        const metrics = new Metrics({ serviceName: METER_SERVICE, defaultDimensions });
        for (const [name, all] of values)
          for (const value of all) metrics.addMetric(name, known[name].unit, value);
        // Asked for nothing, the library writes a warning into the log.
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }
    },
  };
}

/** The function's own meter: its invocations come one after the other. */
export const meter = createMeter();

/** Where what is odd, and stops nobody, is said. */
export interface Warns {
  warn(message: string, about: Record<string, unknown>): void;
}

/** Counts a project's calls at the provider, and what of its lists cannot be read; that is logged as well. */
export const apiHooks =
  ({ add }: Pick<Meter, "add">, { warn }: Warns) =>
  (project: string): Hooks => ({
    response({ code, throttled, duration_ms }) {
      add([
        { project, name: "ApiCalls", value: 1 },
        { project, name: "ApiThrottles", value: throttled ? 1 : 0 },
        { project, name: "ApiErrors", value: code !== undefined && !throttled ? 1 : 0 },
        { project, name: "ApiLatency", value: duration_ms },
      ]);
    },
    unreadable(item) {
      add([{ project, name: "ItemsUnreadable", value: 1 }]);
      warn("an item of a list cannot be read", { project, ...item });
    },
  });
