import type { Kind } from "../../night/kind.ts";
import { vaultActions } from "./actions.ts";
import { watchCheckpoints } from "./checker.ts";
import { overrideCheckpoints } from "./deploy.ts";
import { rememberPast } from "./past.ts";
import { addVaults, drawRules } from "./world.ts";

/** The checkpoints of every night. */
export const checkpoints: Kind = {
  name: "checkpoints",
  prepare(account, random, project) {
    addVaults(account, random);
    return { ...project, checkpoints: drawRules(random) };
  },
  remember: rememberPast,
  begin: (stage) => ({ checker: watchCheckpoints(stage), overrides: overrideCheckpoints(stage) }),
  actions: vaultActions,
};
