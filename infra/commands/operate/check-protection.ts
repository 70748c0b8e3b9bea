import type { Client } from "../../../shared/api/client.ts";
import type { Vault } from "../../../shared/api/operations/cbr/vault.ts";
import { rulesFor } from "../../../shared/checkpoints/choose.ts";
import type { Hold } from "../../../shared/control/hold.ts";
import type { Project } from "../../../shared/estate/estate.ts";
import { type Finding, look, wrong } from "./finding.ts";
import { findTarget, type targetOperations } from "./hold-target.ts";

/** The ids of the holds that hold nothing in a project, neither as what they name nor as the whole of it. Throws ListUnreadable. */
export async function bearingNothing(
  holds: readonly Hold[],
  client: Client<typeof targetOperations>,
): Promise<string[]> {
  const idle: string[] = [];
  for (const { id, target, whole } of holds) {
    const found = (await findTarget(client, target)) ?? (whole && (await findTarget(client, whole)));
    if (!found) idle.push(id);
  }
  return idle;
}

/** Holds whose target exists in none of the projects. */
export function idleHolds(holds: readonly Hold[], isIdle: (hold: Hold) => boolean): Finding[] {
  return holds
    .filter(isIdle)
    .map(({ id, target }) =>
      wrong(
        `hold ${id} protects nothing: no vault, resource, checkpoint or backup of the estate bears the id ${target}; place one on the right id if it is still wanted, and end this one with: operate release-hold ${id}`,
      ),
    );
}

/** The provider's lock keeps only what its own policies have made. */
export function idleLocks(vaults: readonly Vault[], project: Project): Finding[] {
  const locked = vaults.filter((vault) => vault.locked && rulesFor(project, vault).length > 0);
  if (locked.length === 0) return [];
  const names = locked.map(({ name, id }) => `${name} (${id})`).join(", ");
  return [
    look(
      `the lock of ${names} does not protect the checkpoints that rules take there: the provider locks only backups made by its own policies; put a hold on what must stay (operate hold ID), or give the vault a policy of the provider's as well`,
    ),
  ];
}
