import type { Night } from "../../../../shared/checkpoints/night.ts";
import type { Stage } from "../../night/stage.ts";
import type { DueNight } from "./expected.ts";
import { isAttemptOf } from "./names.ts";

const day_ms = 24 * 3_600_000;
/** Under a calm fault profile a night is planned within so long. */
const planned_ms = 10 * 60_000;
/** It is closed so soon after the provider has nothing more to do for it. */
const closed_ms = 45 * 60_000;

/** How a night was delayed by what only another project suffered; undefined when it was not. */
export function delayedByOthers(
  stage: Stage,
  { account, at_ms, scheduled_at }: DueNight,
  { planned_at_ms, closed_at_ms }: Night,
  /** When its own provider refused the checkpoints of its vaults. */
  refused_ms: readonly number[],
): string | undefined {
  const { disruptions, start_ms } = stage;
  const { isolated } = disruptions;
  // Later nights have troubles of their own.
  if (isolated === undefined || at_ms > start_ms + day_ms / 2) return undefined;
  // Keys that are rotated trouble nobody, not even whose they are.
  if (isolated.project === account.name && isolated.kind !== "rotates its keys") return undefined;
  const why = `while ${isolated.project} ${isolated.kind}${isolated.topic ? " and the topic is down" : ""}`;
  if (planned_at_ms > at_ms + planned_ms)
    return `was planned ${minutes(planned_at_ms - at_ms)} minutes after it was due, ${why}`;
  const ours = new Set(
    account.world.checkpoints
      .newest(({ name }) => isAttemptOf(stage, name, scheduled_at))
      .map(({ id }) => id),
  );
  const ended = account.world.tasks
    .newest(({ checkpoint_id }) => checkpoint_id !== null && ours.has(checkpoint_id))
    .map(({ ended: ended_ms = 0 }) => ended_ms);
  if (closed_at_ms === null) return undefined;
  const done_ms = Math.max(at_ms, ...ended, ...refused_ms.filter((one_ms) => one_ms <= closed_at_ms));
  if (closed_at_ms <= done_ms + closed_ms) return undefined;
  return `was closed ${minutes(closed_at_ms - done_ms)} minutes after the provider had done or refused the last of it, ${why}`;
}

const minutes = (span_ms: number) => Math.round(span_ms / 60_000);
