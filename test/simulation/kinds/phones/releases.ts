import { phoneReleaseRequested } from "../../../../events/phone-release-requested.ts";
import { planRestore } from "../../../../infra/local/provider/world/phones.ts";
import {
  type Phone,
  type PhoneState,
  phone_states,
} from "../../../../infra/local/provider/world/services.ts";
import type { Account } from "../../night/account.ts";
import type { Stage } from "../../night/stage.ts";

/** One release that was asked for, as the releasing system remembers it. */
export interface Release {
  readonly account: Account;
  readonly instance_id: string;
  readonly release_id: string;
  readonly at_ms: number;
  /** There was such an instance when it was asked for, and nothing stood in the way of its backup. */
  readonly possible: boolean;
  /** How it was answered, and when. */
  answer: { readonly kind: string; readonly at_ms: number } | undefined;
}

/** Whether another release of the same instance was open while this one was. */
export const overlaps = (release: Release, releases: readonly Release[]): boolean =>
  releases.some(
    (other) =>
      other !== release &&
      other.instance_id === release.instance_id &&
      other.at_ms <= (release.answer?.at_ms ?? Number.POSITIVE_INFINITY) &&
      (other.answer?.at_ms ?? Number.POSITIVE_INFINITY) >= release.at_ms,
  );

/** Which generation of the world brought release ids that are as long as an event takes them. */
const longSince = 5;
const isLong = ({ world, draws }: Stage, number: number) =>
  world >= longSince && draws("long release id", "release", number).fraction() < 0.03;

const loaded: readonly PhoneState[] = [phone_states.data_loaded, phone_states.data_loaded_again];
const round_ms = 30 * 60_000;
/** The last release is asked for so long before the end that it is answered before. */
const lastCall_ms = 11 * 3_600_000;

/**
 * The system that releases phones: it asks for a release now and then, sometimes twice, sometimes for an instance that
 * does not exist, and gives an instance to a user again only after it was told how its release ended.
 */
export function startReleasing(stage: Stage, queue: string, onRequest: () => void): Release[] {
  const releases: Release[] = [];
  const random = stage.random("releases");
  const ask = (release: Release) => {
    const { account, instance_id, release_id } = release;
    const body = phoneReleaseRequested.create({ project: account.name, instance_id, release_id });
    onRequest();
    stage.put(queue, body);
    if (random.fraction() < 0.2) stage.put(queue, body);
  };
  const request = (account: Account, instance_id: string, phone: Phone | undefined) => {
    const number = releases.length + 1;
    const release: Release = {
      account,
      instance_id,
      release_id: isLong(stage, number) ? `release-${number}-`.padEnd(128, "ö") : `release-${number}`,
      at_ms: stage.time.now(),
      possible: phone !== undefined && !phone.frozen && loaded.includes(phone.state),
      answer: undefined,
    };
    releases.push(release);
    ask(release);
  };
  const round = () => {
    if (stage.time.now() < stage.end_ms - lastCall_ms) stage.time.after(round_ms, round);
    for (const account of stage.accounts) {
      account.world.advance(account.cloud.clock.now());
      if (account.world.phones.size > 0 && random.fraction() < 0.01)
        request(account, `no${random.hex(8)}`, undefined);
      for (const phone of account.world.phones.all()) {
        const isOpen = releases.some((one) => one.instance_id === phone.id && one.answer === undefined);
        if (phone.state === phone_states.idle) {
          if (isOpen || random.fraction() > 0.2) continue;
          phone.state = phone_states.restoring;
          planRestore(account.world, phone);
        } else if (random.fraction() < (isOpen ? 0.02 : 0.06)) request(account, phone.id, phone);
      }
    }
  };
  stage.time.after(round_ms, round);
  return releases;
}
