import { startCheckpoint } from "../../../../infra/local/provider/world/checkpoints.ts";
import { resource_types, type Vault } from "../../../../infra/local/provider/world/model.ts";
import type { SeededRandom } from "../../../../infra/local/provider/world/random.ts";
import { restoreBackup } from "../../../../infra/local/provider/world/restores.ts";
import { addResources, deleteVault, removeResources } from "../../../../infra/local/provider/world/vaults.ts";
import type { Account } from "../../night/account.ts";
import type { Action } from "../../night/kind.ts";
import { addSomeVault, newResource, nightly } from "./world.ts";

/** What people do to vaults while nobody expects it. */
export const vaultActions: readonly Action[] = [
  {
    name: "add a vault",
    act: ({ account, random }) => addSomeVault(account, random, `new-${random.hex(4)}`).id,
  },
  onVault("delete a vault", ({ world }, vault) => deleteVault(world, vault)),
  onVault("add a resource", ({ world, project_id }, vault, random) => {
    const { id } = newResource(world, project_id, vault.object_type, random);
    addResources(world, vault, [{ id, type: resource_types[vault.object_type] }]);
  }),
  onVault("remove a resource", ({ world }, vault, random) => {
    const id = someKey(vault.resources, random);
    if (id !== undefined) removeResources(world, vault, [id]);
  }),
  onVault("take a backup by hand", ({ world }, vault, random) => {
    startCheckpoint(world, {
      vault,
      name: `manual_${random.hex(4)}`,
      incremental: true,
      auto_trigger: false,
    });
  }),
  onVault("restore a backup", ({ world, project_id }, vault) => {
    const backup = world.backups.newest((one) => one.vault_id === vault.id && one.status === "available")[0];
    if (backup === undefined) return;
    const target = { server_id: undefined, volume_id: undefined, resource_id: backup.resource_id };
    restoreBackup(world, { ...target, project_id, backup_id: backup.id, mappings: [] });
  }),
  onVault("freeze or thaw a vault", (_account, vault) => {
    if (vault.status === "available") vault.status = "frozen";
    else if (vault.status === "frozen") vault.status = "available";
  }),
  onVault("select a vault or not", (_account, vault) => {
    const without = vault.tags.filter(({ key }) => key !== nightly.key);
    vault.tags = without.length === vault.tags.length ? [...vault.tags, nightly] : without;
  }),
];

function onVault(name: string, act: (account: Account, vault: Vault, random: SeededRandom) => void): Action {
  return {
    name,
    act({ account, random }) {
      const vaults = account.world.vaults.all();
      const vault = vaults[random.between(0, vaults.length - 1)];
      if (vault === undefined) return undefined;
      act(account, vault, random);
      return vault.id;
    },
  };
}

function someKey<Key>(map: ReadonlyMap<Key, unknown>, random: SeededRandom): Key | undefined {
  return [...map.keys()][random.between(0, map.size - 1)];
}
