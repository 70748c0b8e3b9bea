import type { cbr } from "../../../../shared/api/operations/all.ts";
import { vaultView } from "../view/vault.ts";
import type { Vault } from "../world/model.ts";
import type { Handlers } from "./handler.ts";
import { paged } from "./paging.ts";

interface TagFilter {
  readonly key: string;
  readonly values: readonly string[];
}

/** A filter without values is met by the key alone. */
function meets({ tags }: Vault, { key, values }: TagFilter): boolean {
  return tags.some((tag) => tag.key === key && (values.length === 0 || values.includes(tag.value)));
}

export const tagHandlers: Handlers<Pick<typeof cbr, "listVaultsByTags">> = {
  listVaultsByTags({ world, path, body, lists }) {
    const { tags = [], tags_any = [], not_tags = [], not_tags_any = [], matches = [] } = body;
    const matching = world.vaults.newest(
      (vault) =>
        vault.project_id === path.project_id &&
        vault.created <= lists.visible_until &&
        (body.object_type === undefined || vault.object_type === body.object_type) &&
        (body.without_any_tag !== true || vault.tags.length === 0) &&
        tags.every((filter) => meets(vault, filter)) &&
        (tags_any.length === 0 || tags_any.some((filter) => meets(vault, filter))) &&
        (not_tags.length === 0 || !not_tags.every((filter) => meets(vault, filter))) &&
        !not_tags_any.some((filter) => meets(vault, filter)) &&
        matches.every(({ key, value }) => key !== "resource_name" || vault.name.includes(value)),
    );
    const { items, count } = paged(matching, body, lists, ({ id }) => id);
    if (body.action === "count") return { total_count: count };
    return {
      total_count: count,
      resources: items.map((vault) => ({
        resource_id: vault.id,
        resource_name: vault.name,
        resource_detail: { vault: vaultView(vault) },
        tags: vault.tags.map((tag) => ({ ...tag })),
      })),
    };
  },
};
