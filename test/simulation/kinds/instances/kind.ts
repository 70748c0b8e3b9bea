import { type Kind, nothingToWatch } from "../../night/kind.ts";
import { instanceActions } from "./actions.ts";
import { watchInstances } from "./checker.ts";
import { overrideInstances, withoutInstances } from "./deploy.ts";
import { addInstances } from "./world.ts";

/** Audit instances, web hosts, and the list of what is in no vault. */
export const instances: Kind = {
  name: "instances",
  prepare(account, random, project) {
    return random.fraction() < 0.5 ? project : addInstances(account, random, project);
  },
  actions: instanceActions,
  begin(stage) {
    if (!stage.estate.projects.some((project) => project.instances.hosts))
      return { checker: nothingToWatch, overrides: withoutInstances };
    return { checker: watchInstances(stage), overrides: overrideInstances(stage) };
  },
};
