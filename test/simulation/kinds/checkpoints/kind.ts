import type { Kind } from "../../night/kind.ts";
import { vaultActions } from "./actions.ts";
import { overrideCheckpoints } from "./deploy.ts";
import { rememberPast } from "./past.ts";
import { watchCheckpoints } from "./witness.ts";
import { addVaults, drawRules } from "./world.ts";

/** The checkpoints of every night. */
export const checkpoints: Kind = {
  name: "checkpoints",
  prepare(account, chance, project) {
    addVaults(account, chance);
    return { ...project, checkpoints: drawRules(chance) };
  },
  remember: rememberPast,
  begin: (stage) => ({ witness: watchCheckpoints(stage), overrides: overrideCheckpoints(stage) }),
  actions: vaultActions,
};
