import { addPastBackups } from "../../../../infra/local/provider/demo/past.ts";
import { attemptName } from "../../../../shared/checkpoints/name.ts";
import type { Stage } from "../../night/stage.ts";
import { rememberNight } from "../checkpoints/past.ts";
import { since } from "./meanwhile.ts";

/** In so many of the projects one vault is crowded. */
const share = 0.1;
const minute_ms = 60_000;

/**
 * Many backups of ours in one vault, made in the hours before the simulation begins: to delete them takes so long
 * that a run outlasts whatever it looked at when it began.
 */
export async function addCrowd(stage: Stage): Promise<void> {
  if (stage.world < since) return;
  for (const account of stage.accounts) {
    const random = stage.draws("crowd", account.name, "before");
    const { world, name: project } = account;
    const vaults = world.vaults.newest(
      ({ resources, status }) => resources.size > 0 && status === "available",
    );
    const vault = vaults[random.between(0, vaults.length - 1)];
    if (vault === undefined || random.fraction() >= share) continue;
    const [resource_id = ""] = vault.resources.keys();
    // On the smallest pages so many lists take their time that fewer deletions fill a day.
    const many = random.between(40, stage.page_items < 10 ? 60 : 120);
    for (let number = many; number > 0; number--) {
      const at_ms = Math.floor(world.now / minute_ms - number) * minute_ms;
      const scheduled_at = new Date(at_ms).toISOString().replace(".000Z", "Z");
      const name = attemptName(
        { deployment: stage.estate.name, project, vault_id: vault.id, scheduled_at },
        1,
      );
      // The world keeps its backups in the order of their creation; no two have the same time, which would leave open which is newer.
      const created = world.now + many - number;
      const backups = addPastBackups(world, [{ vault, resource_id, created, name, size_mb: 1 }]);
      await rememberNight(stage, account, { vault, scheduled_at, backups, unknown: false });
    }
  }
}
