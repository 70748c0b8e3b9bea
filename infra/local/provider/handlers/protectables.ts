import type { cbr } from "../../../../shared/api/operations/all.ts";
import { protectableView } from "../view/protectable.ts";
import { type ObjectType, Refusal } from "../world/model.ts";
import { findResource } from "../world/resources.ts";
import type { Handlers } from "./handler.ts";
import { paged } from "./paging.ts";

const object_types: readonly string[] = ["server", "disk", "turbo"] satisfies ObjectType[];

function isObjectType(text: string): text is ObjectType {
  return object_types.includes(text);
}

function toObjectType(text: string): ObjectType {
  if (!isObjectType(text)) throw new Refusal("BackupService.6116", text);
  return text;
}

export const protectableHandlers: Handlers<Pick<typeof cbr, "listProtectables" | "showProtectable">> = {
  listProtectables({ world, path, query, lists }) {
    const object_type = toObjectType(path.protectable_type);
    const matching = [...world.resources.values()].filter(
      (resource) =>
        resource.project_id === path.project_id &&
        resource.object_type === object_type &&
        (query.id === undefined || resource.id === query.id) &&
        (query.name === undefined || resource.name.includes(query.name)) &&
        (query.server_id === undefined || resource.id === query.server_id),
    );
    const views = matching.map((resource) => protectableView(world, resource));
    const wanted = views.filter(({ status }) => query.status === undefined || status === query.status);
    const { items, count } = paged(wanted, query, lists, ({ id }) => id);
    return { instances: [...items], count };
  },

  showProtectable({ world, path }) {
    const object_type = toObjectType(path.protectable_type);
    return {
      instance: protectableView(world, findResource(world, path.project_id, object_type, path.instance_id)),
    };
  },
};
