import * as z from "zod";
import { ListUnreadable, mayBeAmong, type UnreadableItem } from "../../shared/api/list.ts";
import type { Protectable } from "../../shared/api/operations/cbr/protectables.ts";
import { inParallel } from "../../shared/core/parallel.ts";
import { type Unprotected, unprotectedOf, unprotectedRecord } from "../../shared/instances/unprotected.ts";
import { itemsAtOnce } from "../../shared/ledger/ledger.ts";
import type { InProject } from "./definition.ts";

const withChildren = z.looseObject({ children: z.array(z.looseObject({ id: z.string() })).catch([]) });

const held = z.looseObject({ resources: z.array(z.looseObject({ id: z.string() })) });

/**
 * Keeps the list of protectable resources that are in no vault, for the report. Writes only what has changed. Throws
 * ListUnreadable when nobody can say what a vault holds.
 */
export async function discoverUnprotected({ project, provider, ledger, clock }: InProject) {
  const { object_types, exclude_resource_ids } = project.instances.discovery;
  const inVaults = new Set<string>();
  const vaults = provider.listVaults.all(
    {},
    {
      unreadable(item) {
        const { success, data } = held.safeParse(item.raw);
        if (!success) throw new ListUnreadable(item);
        for (const { id } of data.resources) inVaults.add(id);
      },
    },
  );
  for await (const vault of vaults) for (const { id } of vault.resources) inVaults.add(id);

  const open = new Map<string, Omit<Unprotected, "first_seen_at_ms">>();
  const covered = new Set(exclude_resource_ids);
  const unreadable: UnreadableItem[] = [];
  for (const object_type of object_types) {
    const resources = provider.listProtectables.all(
      { path: { protectable_type: object_type } },
      { unreadable: (item) => unreadable.push(item) },
    );
    for await (const resource of resources) {
      if (!inVaults.has(resource.id) && !resource.protectable?.vault) {
        open.set(resource.id, describe(resource, object_type, project.name));
        continue;
      }
      // The disks of a server that is in a vault are backed up with it.
      for (const { id } of withChildren.parse(resource).children) covered.add(id);
    }
  }
  for (const id of covered) open.delete(id);

  const known = await Array.fromAsync(unprotectedOf(ledger, project.name));
  const knownIds = new Set(known.map(({ value }) => value.resource_id));
  const fresh = [...open.values()].filter(({ resource_id }) => !knownIds.has(resource_id));
  await inParallel(fresh, itemsAtOnce, (resource) =>
    unprotectedRecord.create(ledger, { ...resource, first_seen_at_ms: clock.now() }),
  );
  const over = known.filter(
    ({ value: { resource_id } }) => !open.has(resource_id) && !mayBeAmong(unreadable, resource_id),
  );
  await inParallel(over, itemsAtOnce, (seen) => unprotectedRecord.remove(ledger, seen));
  return { unprotected: open.size, fresh: fresh.length, over: over.length };
}

function describe(
  { id, name, protectable }: Protectable,
  object_type: string,
  project: string,
): Omit<Unprotected, "first_seen_at_ms"> {
  const reason = protectable?.reason || protectable?.code || null;
  return { project, object_type, resource_id: id, name: name ?? "", reason };
}
