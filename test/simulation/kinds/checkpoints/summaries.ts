import type { Violation } from "../../night/kind.ts";
import { accountOf, type Stage } from "../../night/stage.ts";
import { type DueNight, isDisturbed, type Nights } from "./expected.ts";
import { isAttemptOf, readName } from "./names.ts";
import { isGood } from "./safety.ts";

const claim = /^(\d+) of (\d+) vaults have their checkpoint, (\d+) were skipped/;

/** Holds every summary of a night against the provider's own state, at the moment when people are told. */
export function watchSummaries(stage: Stage, nights: Nights): Violation[] {
  const broken: Violation[] = [];
  const pruned = watchPruned(stage);
  stage.topic.listeners.push(({ attributes, subject, text, at_ms }) => {
    if (attributes.kind !== "night-summary") return;
    const night = nights.due.find(
      ({ project, rule, scheduled_at }) =>
        project === attributes.project && subject.endsWith(`(${scheduled_at} ${rule})`),
    );
    if (night === undefined) return;
    night.account.world.advance(night.account.cloud.clock.now());
    for (const what of lies(stage, night, { text, met: attributes.goals === "met", pruned })) {
      const said = `the summary of night ${night.scheduled_at} of rule ${night.rule} in ${night.project} ${what}`;
      broken.push({ rule: "told", about: [night.scheduled_at], what: said, at_ms });
    }
  });
  return broken;
}

const resourcesOf = ({ account }: DueNight, vault_id: string) => [
  ...(account.world.vaults.get(vault_id)?.resources.keys() ?? []),
];

/** Vaults from which we have deleted backups of a night: a summary that was told late still says what was. */
function watchPruned(stage: Stage): ReadonlySet<string> {
  const pruned = new Set<string>();
  stage.listeners.push({
    arriving({ method, url, origin }) {
      const id = /\/backups\/([^/?]+)$/.exec(url)?.[1];
      if (method !== "DELETE" || id === undefined) return;
      const { world } = accountOf(stage, new URL(origin).host.split(".")[1] ?? "");
      const backup = world.backups.get(id);
      if (backup !== undefined) pruned.add(`${backup.vault_id} ${readName(backup.name)?.scheduled_at}`);
    },
  });
  return pruned;
}

interface Told {
  readonly text: string;
  readonly met: boolean;
  readonly pruned: ReadonlySet<string>;
}

/** A planner that never came to its end has no names of those that it did not come to: they are only counted. */
const countedAlone = (text: string): number =>
  [...text.matchAll(/^ *(\d+) vaults (?:were never planned|that would have been skipped)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

function lies(stage: Stage, night: DueNight, { text, met, pruned }: Told): string[] {
  const now_ms = stage.time.now();
  const [, available] = claim.exec(text) ?? [];
  if (available === undefined) return [`does not say how many vaults have their checkpoint: ${text}`];
  const isOpen = (vault_id: string) =>
    pruned.has(`${vault_id} ${night.scheduled_at}`) ||
    resourcesOf(night, vault_id).some((id) => stage.deletedByHand.resources.has(id)) ||
    isDisturbed(stage, vault_id, night.at_ms, now_ms);
  const backedUp = new Set(
    night.account.world.backups
      .newest((backup) => isAttemptOf(stage, backup.name, night.scheduled_at) && isGood(backup))
      .map(({ vault_id }) => vault_id),
  );
  const touched = [...night.selected].filter((id) => !backedUp.has(id) && isOpen(id));
  const problems: string[] = [];
  const unnamed: string[] = [];
  if (Number(available) > backedUp.size + touched.length)
    problems.push(`says that ${available} vaults have their checkpoint, and ${backedUp.size} have`);
  for (const vault_id of night.selected) {
    if (backedUp.has(vault_id) || isOpen(vault_id)) continue;
    const wanted = night.vaults.has(vault_id);
    if (met && wanted) problems.push(`says that all goals are met, and vault ${vault_id} has no good backup`);
    if (text.includes(vault_id)) continue;
    unnamed.push(`does not name vault ${vault_id}, which ${wanted ? "has no good backup" : "was skipped"}`);
  }
  return unnamed.length > countedAlone(text) ? [...problems, ...unnamed] : problems;
}
