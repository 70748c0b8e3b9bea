import type { Client } from "../api/client.ts";
import type { UnreadableItem } from "../api/list.ts";
import type { Backup } from "../api/operations/cbr/backup.ts";
import type { listBackups } from "../api/operations/cbr/backups.ts";
import { objectTypes } from "../api/operations/cbr/common.ts";
import type { showStorageUsage } from "../api/operations/cbr/insight.ts";
import type { listProtectables, Protectable } from "../api/operations/cbr/protectables.ts";
import type { Vault } from "../api/operations/cbr/vault.ts";
import type { listVaults } from "../api/operations/cbr/vaults.ts";

/** What the report asks the provider of one project. Each is read at most once. */
export interface Listings {
  vaults(): AsyncIterable<Vault>;
  /** Every backup; too many to be held at once. */
  backups(): AsyncIterable<Backup>;
  protectables(): AsyncIterable<Protectable>;
  /** How much each resource's backups occupy; asked only when some are orphans. */
  storageUsage(): AsyncIterable<{ readonly resource_id: string; readonly backup_mb: number | null }>;
  /** What of the lists read so far could not be read. */
  readonly unreadable: readonly UnreadableItem[];
}

type Provider = Client<{
  listVaults: typeof listVaults;
  listBackups: typeof listBackups;
  listProtectables: typeof listProtectables;
  showStorageUsage: typeof showStorageUsage;
}>;

export function providerListings(provider: Provider): Listings {
  const unreadable: UnreadableItem[] = [];
  // A list that moves while it is read is good enough for a report: nothing is decided on it.
  const reading = { moved: "accept", unreadable: (item: UnreadableItem) => unreadable.push(item) } as const;
  return {
    unreadable,
    vaults: () => provider.listVaults.all({}, reading),
    backups: () => provider.listBackups.all({}, { ...reading, pagesAhead: 2 }),
    async *protectables() {
      for (const protectable_type of objectTypes) {
        yield* provider.listProtectables.all({ path: { protectable_type } }, reading);
      }
    },
    async *storageUsage() {
      for await (const { resource_id, backup_size } of provider.showStorageUsage.all({}, reading)) {
        yield { resource_id, backup_mb: backup_size ?? null };
      }
    },
  };
}

/** The listings of a project that cannot be reached: each part of the report says why it is empty. */
export function unreachable(error: unknown): Listings {
  const fail = () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
  });
  return { unreadable: [], vaults: fail, backups: fail, protectables: fail, storageUsage: fail };
}
