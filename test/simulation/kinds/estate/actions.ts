import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import type { Project } from "../../../../shared/estate/estate.ts";
import type { Account } from "../../night/account.ts";
import type { Action, Whereabouts } from "../../night/kind.ts";

/** What people change in the estate, and whom it concerns: an id, or the project's name where it concerns everything. */
export const estateActions: readonly Action[] = [
  deploying("exclude a resource from a rule or not", (project, { world }, random) => {
    const vault = some(world.vaults.all(), random);
    const id = vault && some([...vault.resources.keys()], random);
    if (vault === undefined || id === undefined) return undefined;
    const [first, ...others] = project.checkpoints;
    if (first === undefined) return undefined;
    const changed = { ...first, exclude_resource_ids: toggled(first.exclude_resource_ids, id) };
    return { about: vault.id, project: { ...project, checkpoints: [changed, ...others] } };
  }),
  deploying("keep more or fewer backups", (project, _account, random) => {
    if (project.prune === undefined) return undefined;
    const max_backups = random.between(1, 3);
    const checkpoints = project.checkpoints.map((rule) =>
      rule.prune === undefined
        ? rule
        : { ...rule, prune: { ...rule.prune, retention: { ...rule.prune.retention, max_backups } } },
    );
    return { about: project.name, project: { ...project, checkpoints } };
  }),
  deploying("delete or only report", (project) => {
    if (project.prune === undefined) return undefined;
    const mode = project.prune.mode === "delete" ? ("report" as const) : ("delete" as const);
    return { about: project.name, project: { ...project, prune: { ...project.prune, mode } } };
  }),
  deploying("mark an audit instance as set by hand or not", (project, { world }, random) => {
    const { audit } = project.instances;
    const instance = some(world.auditInstances.all(), random);
    if (audit === undefined || instance === undefined) return undefined;
    const by_hand = toggled(audit.by_hand, instance.id);
    const instances = { ...project.instances, audit: { ...audit, by_hand } };
    return { about: instance.id, project: { ...project, instances } };
  }),
  deploying("leave a resource out of every vault on purpose or not", (project, { world }, random) => {
    const id = some([...world.resources.keys()], random);
    if (id === undefined) return undefined;
    const { discovery } = project.instances;
    const exclude_resource_ids = toggled(discovery.exclude_resource_ids, id);
    const instances = { ...project.instances, discovery: { ...discovery, exclude_resource_ids } };
    return { about: id, project: { ...project, instances } };
  }),
];

type Change = (
  project: Project,
  account: Account,
  random: SeededRandom,
) => { readonly about: string; readonly project: Project } | undefined;

function deploying(name: string, change: Change): Action {
  return {
    name,
    act({ stage, account, random }: Whereabouts) {
      const project = stage.estate.projects.find((one) => one.name === account.name);
      const changed = project && change(project, account, random);
      if (changed === undefined) return undefined;
      const projects = stage.estate.projects.map((one) => (one === project ? changed.project : one));
      stage.deploy({ ...stage.estate, projects });
      return changed.about;
    },
  };
}

const some = <Item>(items: readonly Item[], random: SeededRandom): Item | undefined =>
  items[random.between(0, items.length - 1)];

const toggled = (ids: readonly string[], id: string): string[] =>
  ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
