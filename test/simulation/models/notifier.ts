import type { Chance } from "../../../infra/local/provider/world/chance.ts";
import type { Notification, Notifier } from "../../../shared/publish/publisher.ts";
import type { Container } from "./container.ts";
import type { Dice } from "./dice.ts";
import type { Journal } from "./journal.ts";
import { ask } from "./outside.ts";
import type { VirtualTime } from "./time.ts";
import type { Weather } from "./weather.ts";

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
  chance,
  dice,
  journal,
  weather,
  isDown,
}: {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly dice: Dice;
  readonly journal: Journal;
  readonly weather: () => Weather["notifier"];
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
        ask(time, container, { there_ms: chance.between(5, 50), back_ms: 0 }, async () => {
          if (isDown() || dice.strikes(weather().fails)) throw new Error("the topic did not answer");
          checkSize(notification);
          const one: Told = { ...notification, at_ms: time.now() };
          told.push(one);
          for (const listener of listeners) listener(one);
          journal.note("topic", notification.subject);
        }),
    }),
  };
}
