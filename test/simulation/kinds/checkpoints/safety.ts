import type { Backup } from "../../../../infra/local/provider/world/model.ts";
import type { Account } from "../../night/account.ts";
import type { Violation } from "../../night/kind.ts";
import { readName } from "./names.ts";

/** With every child, as the design says what is good; a backup that is just being restored from is good too. */
export const isGood = ({ status, children }: Backup): boolean =>
  goodStatuses.includes(status) && children.every((child) => goodStatuses.includes(child.status));

const goodStatuses: readonly string[] = ["available", "waiting_restore", "restoring"];

/** No attempt is posted twice, and no resource has two good backups of one slot: asked of the provider alone. */
export function checkOnce({ world }: Account): Violation[] {
  const violations: Violation[] = [];
  const attempts = new Map<string, string>();
  for (const { id, name, vault_id } of world.checkpoints.all()) {
    if (readName(name) === undefined) continue;
    const before = attempts.get(`${vault_id} ${name}`);
    if (before !== undefined) {
      const what = `attempt ${name} of vault ${vault_id} was posted twice: checkpoints ${before} and ${id}`;
      violations.push({ rule: "once", about: [vault_id], what });
    }
    attempts.set(`${vault_id} ${name}`, id);
  }
  const good = new Map<string, string>();
  for (const backup of world.backups.all()) {
    const name = readName(backup.name);
    if (name === undefined || !isGood(backup)) continue;
    const key = `${name.slot} ${backup.resource_id}`;
    const before = good.get(key);
    if (before !== undefined) {
      const { resource_id, vault_id } = backup;
      const what = `resource ${resource_id} has two good backups of slot ${name.slot}: ${before} and ${backup.id}`;
      violations.push({ rule: "once", about: [resource_id, vault_id], what });
    }
    good.set(key, backup.id);
  }
  return violations;
}
