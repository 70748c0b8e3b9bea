import type { Client } from "../../../shared/api/client.ts";
import { type ItemOptions, ListUnreadable, type UnreadableItem } from "../../../shared/api/list.ts";
import type { Backup } from "../../../shared/api/operations/cbr/backup.ts";
import { listBackups, showBackup } from "../../../shared/api/operations/cbr/backups.ts";
import { listVaults } from "../../../shared/api/operations/cbr/vaults.ts";
import { isMissing } from "../../../shared/api/provider-error.ts";

export const targetOperations = { listBackups, listVaults, showBackup };

type Provider = Client<typeof targetOperations>;

/** What an id names at the provider. */
export interface HoldTarget {
  /** For people, for example `backup nightly-1 of db-1`. */
  readonly words: string;
  /** The id of what contains it, where that goes only as a whole; null when the target is no part of anything. */
  readonly whole: string | null;
}

/**
 * Finds out what an id is: a vault, a backup, a checkpoint, a resource, or a part of one. Undefined: nothing of the project.
 * Throws ListUnreadable when it may be an item that cannot be read.
 */
export async function findTarget(provider: Provider, id: string): Promise<HoldTarget | undefined> {
  const unreadable: UnreadableItem[] = [];
  const options = { unreadable: (item: UnreadableItem) => unreadable.push(item) };
  for (const look of [asVault, asBackup, asCheckpoint, asResource, asDisk]) {
    const found = await look(provider, id, options);
    if (found) return found;
  }
  if (unreadable[0]) throw new ListUnreadable(unreadable[0]);
  return undefined;
}

type Look = (provider: Provider, id: string, options: ItemOptions) => Promise<HoldTarget | undefined>;

const asVault: Look = async (provider, id, options) => {
  const vault = await first(provider.listVaults.all({ query: { id } }, options), (one) => one.id === id);
  return vault && { words: `vault ${vault.name}`, whole: null };
};

const asBackup: Look = async (provider, id) => {
  const backup = await provider
    .showBackup({ path: { backup_id: id } })
    .then((answer) => answer.backup)
    .catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  return backup && { words: `backup ${named(backup)}`, whole: backup.parent_id ?? null };
};

const asCheckpoint: Look = async (provider, id, options) => {
  const backups = provider.listBackups.all({ query: { checkpoint_id: id } }, options);
  const backup = await first(backups, ({ checkpoint_id }) => checkpoint_id === id);
  return backup && { words: `the checkpoint of backup ${named(backup)}`, whole: null };
};

const asResource: Look = async (provider, id, options) => {
  const vaults = provider.listVaults.all({ query: { resource_ids: id } }, options);
  const vault = await first(vaults, ({ resources }) => resources.some((resource) => resource.id === id));
  if (vault) return { words: `a resource of vault ${vault.name}`, whole: null };
  const backups = provider.listBackups.all({ query: { resource_id: id } }, options);
  const backup = await first(backups, ({ resource_id, parent_id }) => resource_id === id && !parent_id);
  return backup && { words: `a resource that is in no vault, with backup ${named(backup)}`, whole: null };
};

/** A server's disk is named only in the parts of the server's backups. */
const asDisk: Look = async (provider, id, options) => {
  const servers = provider.listBackups.all({ query: { resource_type: "OS::Nova::Server" } }, options);
  const backup = await first(servers, ({ children }) =>
    (children ?? []).some(({ resource_id }) => resource_id === id),
  );
  return backup && { words: `a disk of server ${resourceName(backup)}`, whole: backup.resource_id };
};

async function first<Item>(
  items: AsyncIterable<Item>,
  wanted: (item: Item) => boolean,
): Promise<Item | undefined> {
  for await (const item of items) if (wanted(item)) return item;
  return undefined;
}

const named = (backup: Backup) => `${backup.name ?? backup.id} of ${resourceName(backup)}`;
const resourceName = ({ resource_name, resource_id }: Backup) => resource_name ?? resource_id;
