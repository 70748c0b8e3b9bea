import { holdsInForce, placeHold, releaseHold as release } from "../../../shared/control/hold.ts";
import { CommandFailure } from "../fail.ts";
import type { Place } from "../place/place.ts";

/** Keeps a backup, or all of a vault's, of a resource's or of a checkpoint's, from being deleted. */
export async function hold(
  { ledger, clock }: Place,
  { id, target, reason }: { id: string; target: string; reason: string },
): Promise<string[]> {
  const known = (await holdsInForce(ledger)).find((one) => one.target === target);
  if (known) return [`${target} is on hold already: ${known.id} (${known.reason}).`];
  await placeHold(ledger, { id, target, reason, placed_at_ms: clock.now() });
  return [
    `Hold ${id} is on ${target}: nothing that bears this id, as a backup, vault, resource or checkpoint, is deleted.`,
    `It is released with: npm run operate -- release-hold ${id}`,
  ];
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
