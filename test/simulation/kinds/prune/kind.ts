import type { Kind } from "../../night/kind.ts";
import { pruneActions } from "./actions.ts";
import { addCrowd } from "./crowd.ts";
import { drawPruning } from "./settings.ts";
import { watchPruning } from "./witness.ts";

/** Deleting what has expired. */
export const pruning: Kind = {
  name: "pruning",
  prepare: (_account, chance, project) => drawPruning(chance, project),
  remember: addCrowd,
  begin: (stage) => ({ witness: watchPruning(stage), overrides: {} }),
  actions: pruneActions,
};
