import type { Kind } from "../../night/kind.ts";
import { pruneActions } from "./actions.ts";
import { watchPruning } from "./checker.ts";
import { addCrowd } from "./crowd.ts";
import { drawPruning } from "./settings.ts";

/** Deleting what has expired. */
export const pruning: Kind = {
  name: "pruning",
  prepare: (_account, random, project) => drawPruning(random, project),
  remember: addCrowd,
  begin: (stage) => ({ checker: watchPruning(stage), overrides: {} }),
  actions: pruneActions,
};
