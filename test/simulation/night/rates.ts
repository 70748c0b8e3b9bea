import type { SentRequest } from "../models/wire.ts";
import type { InvariantChecker, Violation } from "./kind.ts";
import type { Stage } from "./stage.ts";

/** Watches what is sent, in true time: no period of a rate may hold more calls than it allows. */
export function watchRates(stage: Stage): InvariantChecker {
  const sent = new Map<string, number[]>();
  const broken: Violation[] = [];
  stage.listeners.push({
    sent({ origin }: SentRequest) {
      const [service = "", name = ""] = new URL(origin).host.split(".");
      const project = stage.estate.projects.find((one) => one.name === name);
      const rate = Object.entries(project?.rates ?? {}).find(([of]) => of === service)?.[1];
      if (rate === undefined) return;
      const now_ms = stage.time.now();
      const since_ms = now_ms - rate.per_seconds * 1000;
      const key = `${service} of ${name}`;
      const recent = (sent.get(key) ?? []).filter((at_ms) => at_ms > since_ms);
      recent.push(now_ms);
      sent.set(key, recent);
      if (recent.length === rate.calls + 1) {
        const what = `${recent.length} calls of ${key} within ${rate.per_seconds} s; ${rate.calls} are allowed`;
        broken.push({ rule: "rate", about: [name], what, at_ms: now_ms });
      }
    },
  });
  const daily = async () => broken.splice(0);
  return { daily, final: daily };
}
