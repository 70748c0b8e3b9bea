import type { Kind } from "../../night/kind.ts";
import { vaultActions } from "./actions.ts";
import { deployCheckpoints } from "./deploy.ts";
import { watchCheckpoints } from "./witness.ts";
import { addVaults, drawRules } from "./world.ts";

/** The checkpoints of every night. */
export const checkpoints: Kind = {
  name: "checkpoints",
  prepare(account, chance) {
    addVaults(account, chance);
    return { checkpoints: drawRules(chance) };
  },
  deploy: deployCheckpoints,
  actions: vaultActions,
  watch: watchCheckpoints,
};
