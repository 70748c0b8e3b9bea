import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { Notification, Notifier } from "../../../shared/publish/publisher.ts";
import type { Container } from "./container.ts";
import type { Dice } from "./dice.ts";
import type { FaultProfile } from "./fault-profile.ts";
import type { Journal } from "./journal.ts";
import { ask } from "./outside.ts";
import type { VirtualTime } from "./time.ts";

/** What SNS takes: message and attributes together in bytes, by a topic's default; and what a subject may be. */
const message_bytes = 262_144;
const subjectForm = /^[ -~]{1,100}$/;

/** As SNS refuses it: whoever sends it again is refused again. */
function checkSize({ subject, text, attributes }: Notification): void {
  const parts = [text, ...Object.entries(attributes).flat()];
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > message_bytes) throw new Error(`Invalid parameter: Message too long (${bytes} bytes)`);
  if (!subjectForm.test(subject)) throw new Error(`Invalid parameter: Subject ${JSON.stringify(subject)}`);
}

export interface Told extends Notification {
  readonly at_ms: number;
}

/** The topic: whoever subscribes to it has heard what is in `told`. */
export interface SimulatedTopic {
  readonly told: readonly Told[];
  /** Called for each, when it is told. */
  readonly listeners: ((told: Told) => void)[];
  from(container: Container): Notifier;
}

export function simulatedTopic({
  time,
  random,
  dice,
  journal,
  faultProfile,
  isDown,
}: {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly dice: Dice;
  readonly journal: Journal;
  readonly faultProfile: () => FaultProfile["notifier"];
  /** Whether it refuses everything. */
  readonly isDown: () => boolean;
}): SimulatedTopic {
  const told: Told[] = [];
  const listeners: ((told: Told) => void)[] = [];
  return {
    told,
    listeners,
    from: (container) => ({
      notify: (notification) =>
        ask(time, container, { there_ms: random.between(5, 50), back_ms: 0 }, async () => {
          if (isDown() || dice.strikes(faultProfile().fails)) throw new Error("the topic did not answer");
          checkSize(notification);
          const one: Told = { ...notification, at_ms: time.now() };
          told.push(one);
          for (const listener of listeners) listener(one);
          journal.note("topic", notification.subject);
        }),
    }),
  };
}
