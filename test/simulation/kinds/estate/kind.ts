import { type Kind, nothingToWatch } from "../../night/kind.ts";
import { estateActions } from "./actions.ts";
import { ruleActions } from "./rules.ts";

/** The estate itself, which people change and deploy again at any time. What follows from it the other kinds watch. */
export const estateChanges: Kind = {
  name: "estate",
  prepare: (_account, _chance, project) => project,
  actions: [...estateActions, ...ruleActions],
  begin: () => ({ checker: nothingToWatch, overrides: {} }),
};
