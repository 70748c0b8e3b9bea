import type { Estate, Project } from "../../shared/estate/estate.ts";
import { clear, raise } from "../../shared/work/alert.ts";
import { catchUp } from "./catch-up.ts";
import { type Settled, type SettleSurroundings, settleProject } from "./settle-project.ts";

export interface SettleAllSurroundings extends Omit<SettleSurroundings, "provider"> {
  readonly estate: Estate;
  readonly provider: (project: Project) => Promise<SettleSurroundings["provider"]>;
  /** Hears of a project that could not be settled; the others go on. */
  readonly report: (project: Project, error: unknown) => void;
}

/** Settles every project of the estate, each on its own: one with wrong credentials fails loudly and alone. */
export async function settleCheckpoints(
  surroundings: SettleAllSurroundings,
): Promise<Record<string, (Settled & { madeUp: string[] }) | "failed">> {
  const results: Record<string, (Settled & { madeUp: string[] }) | "failed"> = {};
  for (const project of surroundings.estate.projects) {
    const { ledger, publisher, clock } = surroundings;
    const told = { ledger, publisher, now_ms: clock.now() };
    const alert = { project: project.name, subject: dayOf(clock.now()), cause: "project-unreachable" };
    try {
      const provider = await surroundings.provider(project);
      const madeUp = await catchUp({ ...surroundings, provider }, project);
      results[project.name] = { ...(await settleProject({ ...surroundings, provider }, project)), madeUp };
      await clear(told, { ...alert, text: `Project ${project.name} can be settled again.` });
    } catch (error) {
      surroundings.report(project, error);
      results[project.name] = "failed";
      const why = error instanceof Error ? error.message : String(error);
      await raise(told, { ...alert, text: `Project ${project.name} could not be settled: ${why}` });
    }
  }
  return results;
}

const dayOf = (now_ms: number) => new Date(now_ms).toISOString().slice(0, 10);
