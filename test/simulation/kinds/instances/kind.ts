import { type Kind, nothingToWatch } from "../../night/kind.ts";
import { instanceActions } from "./actions.ts";
import { overrideInstances, withoutInstances } from "./deploy.ts";
import { watchInstances } from "./witness.ts";
import { addInstances } from "./world.ts";

/** Audit instances, web hosts, and the list of what is in no vault. */
export const instances: Kind = {
  name: "instances",
  prepare(account, chance, project) {
    return chance.fraction() < 0.5 ? project : addInstances(account, chance, project);
  },
  actions: instanceActions,
  begin(stage) {
    if (!stage.estate.projects.some((project) => project.instances.hosts))
      return { witness: nothingToWatch, overrides: withoutInstances };
    return { witness: watchInstances(stage), overrides: overrideInstances(stage) };
  },
};
