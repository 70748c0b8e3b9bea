import type { Client } from "../../../shared/api/client.ts";
import { holdsInForce, placeHold, releaseHold as release } from "../../../shared/control/hold.ts";
import type { Project } from "../../../shared/estate/estate.ts";
import { CommandFailure } from "../fail.ts";
import type { Place } from "../place/place.ts";
import { findTarget, type HoldTarget, type targetOperations } from "./hold-target.ts";

/** The way to the provider of one project, in the role that may only look. */
export type TargetLookUp = (project: Project) => Promise<Client<typeof targetOperations>>;

interface HoldRequest {
  readonly id: string;
  readonly target: string;
  readonly reason: string;
  readonly lookUp: TargetLookUp;
}

/**
 * Keeps a backup, or all of a vault's, of a resource's or of a checkpoint's, from being deleted. A part of something is
 * held with the whole, which goes only at once. Throws CommandFailure when no project has anything of that id.
 */
export async function hold(place: Place, { id, target, reason, lookUp }: HoldRequest): Promise<string[]> {
  const { ledger, clock } = place;
  const known = (await holdsInForce(ledger)).find((one) => one.target === target);
  if (known) return [`${target} is on hold already: ${known.id} (${known.reason}).`];
  const { found, unasked } = await ask(place, target, lookUp);
  if (!found && unasked.length === 0) {
    const names = place.estate.projects.map(({ name }) => name).join(", ");
    throw new CommandFailure(
      `nothing is held: no vault, backup, checkpoint, resource or disk of a server has the id ${target} in ${names}`,
    );
  }
  const whole = found?.whole ?? null;
  await placeHold(ledger, { id, target, whole, reason, placed_at_ms: clock.now() });
  return [
    ...(found ? holdWords(id, target, found) : unknownWords(id, target, unasked)),
    `It is released with: npm run operate -- release-hold ${id}`,
  ];
}

function holdWords(id: string, target: string, { words, whole }: HoldTarget): string[] {
  const held = `Hold ${id} is on ${target}, ${words}`;
  return whole === null
    ? [`${held}: nothing that bears this id is deleted.`]
    : [`${held}: it is a part of ${whole}, which is held as a whole.`];
}

const unknownWords = (id: string, target: string, unasked: readonly string[]): string[] => [
  `Hold ${id} is placed on ${target}, and it is not known what that is: ${unasked.join("; ")}.`,
  "Nothing that shows this id when it is read just before its deletion is deleted. Release the hold and place it again when the provider can be asked, to be sure that it holds what you mean.",
];

/** What has that id in any project, and why a project could not be asked. */
async function ask(
  { estate }: Place,
  target: string,
  lookUp: TargetLookUp,
): Promise<{ readonly found: HoldTarget | undefined; readonly unasked: readonly string[] }> {
  const unasked: string[] = [];
  for (const project of estate.projects) {
    try {
      const found = await findTarget(await lookUp(project), target);
      if (found) return { found, unasked };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      unasked.push(`project ${project.name} could not be asked (${reason})`);
    }
  }
  return { found: undefined, unasked };
}

/** Releases a hold by its own id, or by the id of what it holds. */
export async function releaseHold({ ledger, clock }: Place, wanted: string): Promise<string[]> {
  const holds = await holdsInForce(ledger);
  const found = holds.find(({ id, target }) => id === wanted || target === wanted);
  const released = found && (await release(ledger, found.id, clock.now()));
  if (released) return [`Hold ${released.id} on ${released.target} is released.`];
  const known = holds.map(({ id, target, reason }) => `${id} on ${target} (${reason})`).join(", ");
  throw new CommandFailure(`no hold ${wanted} is in force; there are: ${known || "none"}`);
}
