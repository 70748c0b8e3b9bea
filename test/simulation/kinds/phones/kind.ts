import { addPhone } from "../../../../infra/local/provider/world/phones.ts";
import type { PhoneState } from "../../../../infra/local/provider/world/services.ts";
import { createActivity } from "../../night/activity.ts";
import { type Kind, nothingToWatch } from "../../night/kind.ts";
import { phoneActions } from "./actions.ts";
import { deadline_hours, watchPhones } from "./checker.ts";
import { overridePhones, releaseQueue, withoutPhones } from "./deploy.ts";
import { startReleasing } from "./releases.ts";

/** Nothing is open: only a request can change that. */
const idlePause_ms = 6 * 3_600_000;

const hasPhones = ({ accounts }: { accounts: readonly { world: { phones: { size: number } } }[] }) =>
  accounts.some(({ world }) => world.phones.size > 0);

/** Cloud phones that are backed up before their release. */
export const phones: Kind = {
  name: "phones",
  prepare({ world, project_id }, random, project) {
    if (random.fraction() < 0.5) return project;
    const count = random.between(1, 5);
    for (let number = 0; number < count; number++)
      addPhone(world, project_id, random.pick<PhoneState>([2, 2, 2, 7, 0, 1, 3, 5, 6]));
    const own = { attempts: random.between(1, 3), deadline_hours };
    return { ...project, instances: { ...project.instances, phones: own } };
  },
  actions: phoneActions,
  begin(stage) {
    if (!hasPhones(stage)) return { checker: nothingToWatch, overrides: withoutPhones };
    const activity = createActivity(stage, idlePause_ms);
    const releases = startReleasing(stage, releaseQueue, activity.begun);
    return { checker: watchPhones(stage, releases), overrides: overridePhones(stage, activity) };
  },
};
