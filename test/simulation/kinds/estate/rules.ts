import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import { checkEstate } from "../../../../shared/estate/check.ts";
import type { CheckpointRule, Project } from "../../../../shared/estate/estate.ts";
import type { Action, Whereabouts } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { lateRule } from "../checkpoints/world.ts";

const since = 2;
const share = 0.04;

/** What people change of the rules themselves during the day. */
export const ruleActions: readonly Action[] = [
  changing("give a rule another time", ({ schedule, ...rule }, random) => {
    const cron = `${random.between(0, 59)} ${random.between(0, 23)} * * *`;
    return { ...rule, schedule: { ...schedule, cron } };
  }),
  changing("give a rule another zone", ({ schedule, ...rule }, random) => {
    const timezone = random.pick(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]);
    return { ...rule, schedule: { ...schedule, timezone } };
  }),
  changing("rename a rule", (rule, random) => ({ ...rule, name: random.pick(["nightly", "dusk", "dawn"]) })),
  {
    name: "take a rule out or bring it back",
    since,
    share,
    act: (where) => change(where, (project) => withoutOrWith(where, project)),
  },
];

/** What was taken out of a project last. */
const takenOut = new WeakMap<Stage, Map<string, CheckpointRule>>();

function withoutOrWith({ stage, random }: Whereabouts, project: Project): readonly CheckpointRule[] {
  const collection = takenOut.get(stage) ?? new Map<string, CheckpointRule>();
  takenOut.set(stage, collection);
  const rules = project.checkpoints;
  if (rules.length === 1) {
    const [only] = rules;
    const back = collection.get(project.name) ?? (only && lateRule(only, random));
    // What is deleted is changed for all rules at once: the oracle knows one policy of a project.
    return back && only ? [...rules, { ...back, prune: only.prune }] : rules;
  }
  const index = random.between(0, rules.length - 1);
  const out = rules[index];
  if (out) collection.set(project.name, out);
  return rules.toSpliced(index, 1);
}

function changing(
  name: string,
  make: (rule: CheckpointRule, random: SeededRandom) => CheckpointRule,
): Action {
  return {
    name,
    since,
    share,
    act: (where) =>
      change(where, ({ checkpoints }) => {
        const chosen = where.random.between(0, checkpoints.length - 1);
        return checkpoints.map((rule, index) => (index === chosen ? make(rule, where.random) : rule));
      }),
  };
}

/** Deploys the project with other rules, unless its estate would be refused. */
function change(
  { stage, account }: Whereabouts,
  make: (project: Project) => readonly CheckpointRule[],
): string | undefined {
  const before = stage.estate.projects.find(({ name }) => name === account.name);
  if (before === undefined) return undefined;
  const project = { ...before, checkpoints: [...make(before)] };
  const estate = {
    ...stage.estate,
    projects: stage.estate.projects.map((one) => (one === before ? project : one)),
  };
  if (checkEstate(estate, stage.time.now()).length > 0) return undefined;
  stage.deploy(estate);
  stage.journal.note(
    account.name,
    `has the rules ${project.checkpoints.map(({ name, schedule }) => `${name} at ${schedule.cron} ${schedule.timezone ?? project.timezone}`).join(", ")}`,
  );
  return project.name;
}
