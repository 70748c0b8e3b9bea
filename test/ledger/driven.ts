import { seededRandom } from "../../infra/local/provider/world/random.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { createContainer } from "../simulation/models/container.ts";
import { dice } from "../simulation/models/dice.ts";
import { calm } from "../simulation/models/fault-profile.ts";
import { createJournal } from "../simulation/models/journal.ts";
import { simulatedLedger } from "../simulation/models/ledger.ts";
import { virtualTime } from "../simulation/models/time.ts";
import type { Opened } from "./contract.ts";

const step_ms = 50;
/** An index follows its table within so long. */
const lag_ms = 3_000;

/** The ledger of the simulation as a function sees it under a calm fault profile, with its virtual time driven by whoever asks. */
export function drivenLedger(start_ms: number): Opened {
  const time = virtualTime(start_ms);
  const random = seededRandom(1);
  const container = createContainer(time, "test", 0);
  container.thaw(Number.POSITIVE_INFINITY, () => {});
  const ledger = simulatedLedger({
    time,
    journal: createJournal(time.now),
    random,
    dice: dice(random, { count: 0 }),
    faultProfile: () => calm.ledger,
  }).from(container);

  let target_ms = start_ms;
  let playing: Promise<void> | undefined;
  const play = (until_ms: number) => {
    playing ??= time.play(until_ms).finally(() => {
      playing = undefined;
    });
    return playing;
  };
  /** Lets time pass until an answer has come; several may be under way. */
  async function drive<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (time.now() < target_ms) await play(target_ms);
    const asked = ask();
    let settled = false;
    const settle = () => {
      settled = true;
    };
    asked.then(settle, settle);
    while (!settled) await play(time.now() + step_ms);
    return asked;
  }
  const driven: Ledger = {
    read: (key) => drive(() => ledger.read(key)),
    write: (entry, expected) => drive(() => ledger.write(entry, expected)),
    remove: (key, expected) => drive(() => ledger.remove(key, expected)),
    async *list(listing) {
      if (listing.bySubject) await play(time.now() + lag_ms);
      yield* await drive(() => Array.fromAsync(ledger.list(listing)));
    },
  };
  return {
    ledger: driven,
    setNow(to_ms) {
      target_ms = to_ms;
    },
  };
}
