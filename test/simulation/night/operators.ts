import { Refusal } from "../../../infra/local/provider/world/model.ts";
import { dice } from "../models/dice.ts";
import type { Action, Whereabouts } from "./kind.ts";
import type { Stage } from "./stage.ts";

const most_tries = 4;
const pause_ms = 20 * 60_000;

/** People who change things at any time, as often as the fault profile says. Whatever the provider refuses them is left. */
export function startOperators(stage: Stage, actions: readonly Action[]): void {
  for (const action of actions) if (action.since !== undefined) startAction(stage, action);
  const random = stage.random("operators");
  const [first, ...others] = actions.filter(({ since }) => since === undefined);
  if (first === undefined) return;
  const { strikes } = dice(random, stage.faults);
  const round = () => {
    stage.time.after(pause_ms, round);
    if (!strikes((stage.conditions.faultProfile.operators.acts_per_hour * pause_ms) / 3_600_000)) return;
    const account = stage.accounts[random.between(0, stage.accounts.length - 1)];
    if (account === undefined) return;
    account.world.advance(account.cloud.clock.now());
    // Not everything can be done everywhere.
    for (let tries = 0; tries < most_tries; tries++) {
      if (doSomething(random.pick([first, ...others]), { account, random, stage })) return;
    }
  };
  round();
}

/** An action of a later generation is drawn on its own: it changes nothing of what others do. */
function startAction(stage: Stage, action: Action): void {
  const { since = 0, share = 0 } = action;
  if (stage.world < since) return;
  const round = () => {
    stage.time.after(pause_ms, round);
    const often = (stage.conditions.faultProfile.operators.acts_per_hour * share * pause_ms) / 3_600_000;
    if (often === 0) return;
    const random = stage.draws("somebody", action.name, stage.time.now());
    if (!dice(random, stage.faults).strikes(often)) return;
    const account = stage.accounts[random.between(0, stage.accounts.length - 1)];
    if (account === undefined) return;
    account.world.advance(account.cloud.clock.now());
    doSomething(action, { account, random, stage });
  };
  round();
}

/** Whether there was something to do it to. */
function doSomething({ name, act }: Action, where: Whereabouts): boolean {
  const { stage, account } = where;
  try {
    const about = act(where);
    if (about === undefined) return false;
    stage.journal.note(about, `somebody: ${name}`);
    stage.disturbances.push({ at_ms: stage.time.now(), about });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    stage.journal.note(account.name, `somebody wanted to ${name}: ${error.message}`);
  }
  return true;
}
