import { deleteBackup } from "../../../../infra/local/provider/world/backups.ts";
import { migrateResources } from "../../../../infra/local/provider/world/migration.ts";
import type { Backup } from "../../../../infra/local/provider/world/model.ts";
import { placeHold, releaseHold } from "../../../../shared/control/hold.ts";
import { writeStop } from "../../../../shared/control/stop.ts";
import type { Action, Whereabouts } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { control } from "./control.ts";

const hour_ms = 3_600_000;
/** The generation of the world that brought all this. */
export const since = 3;

/** What people do while a plan to delete is in hand. */
export const meanwhileActions: readonly Action[] = [
  { name: "stop, change what is deleted, resume", since, share: 0.06, act: stopAndChange },
  { name: "hold a part or a checkpoint", since, share: 0.08, act: holdPart },
  { name: "delete a backup by hand", since, share: 0.08, act: deleteByHand },
  { name: "move a resource to another vault", since, share: 0.06, act: moveResource },
];

/** Sets the stop flag, or takes it off. */
export function setStop(stage: Stage, stopped: boolean): void {
  control(stage).setStop(stage.time.now(), stopped);
  void writeStop(stage.ledger.table, {
    stopped,
    reason: "a person says so",
    changed_at_ms: Math.floor(stage.time.now()),
  });
}

/** The runbook's way out of a plan that is wrong. */
function stopAndChange({ stage, account, random }: Whereabouts): string | undefined {
  if (control(stage).stoppedSince_ms !== undefined) return undefined;
  const deployed = stage.estate.projects.find(({ name }) => name === account.name);
  if (deployed?.prune === undefined) return undefined;
  setStop(stage, true);
  const max_backups = random.between(2, 6);
  stage.time.after(random.between(1, 40) * 0.1 * hour_ms, () => {
    stage.deploy({
      ...stage.estate,
      projects: stage.estate.projects.map((project) =>
        project.name !== account.name
          ? project
          : {
              ...project,
              checkpoints: project.checkpoints.map((rule) =>
                rule.prune === undefined
                  ? rule
                  : {
                      ...rule,
                      prune: { ...rule.prune, retention: { ...rule.prune.retention, max_backups } },
                    },
              ),
            },
      ),
    });
    setStop(stage, false);
  });
  return account.name;
}

/** Places a hold, and releases it again some hours later. */
export function holdForHours({ stage, random }: Whereabouts, target: string): void {
  const id = `hold-${random.hex(6)}`;
  const placed_at_ms = Math.floor(stage.time.now());
  control(stage).holds.set(target, { from_ms: placed_at_ms });
  void placeHold(stage.ledger.table, { id, target, reason: "a person says so", placed_at_ms });
  stage.time.after(random.between(2, 40) * hour_ms, () => {
    control(stage).holds.delete(target);
    void releaseHold(stage.ledger.table, id, Math.floor(stage.time.now()));
  });
}

function holdPart(where: Whereabouts): string | undefined {
  const backup = someBackup(where);
  if (backup === undefined) return undefined;
  const [part] = backup.children;
  const parts = part ? [part.id, part.resource_id] : [];
  holdForHours(where, where.random.pick([backup.checkpoint_id, ...parts]));
  return backup.id;
}

function deleteByHand(where: Whereabouts): string | undefined {
  const { account, stage } = where;
  const backup = someBackup(where, ({ status }) => status === "available");
  if (backup === undefined) return undefined;
  deleteBackup(account.world, account.project_id, backup.id);
  stage.deletedByHand.backups.add(backup.id);
  stage.deletedByHand.resources.add(backup.resource_id);
  return backup.resource_id;
}

/** Its backups go along with it. */
function moveResource({ account, random, stage }: Whereabouts): string | undefined {
  const { world } = account;
  const vaults = world.vaults.all().filter(({ resources }) => resources.size > 0);
  const source = vaults[random.between(0, vaults.length - 1)];
  const others = world.vaults.newest((one) => one !== source && one.object_type === source?.object_type);
  const destination = others[random.between(0, others.length - 1)];
  const id = source && [...source.resources.keys()][random.between(0, source.resources.size - 1)];
  if (source === undefined || destination === undefined || id === undefined) return undefined;
  migrateResources(world, { source, destination, ids: [id] });
  stage.disturbances.push({ at_ms: stage.time.now(), about: destination.id });
  return source.id;
}

export function someBackup(
  { account, random }: Whereabouts,
  wanted: (backup: Backup) => boolean = () => true,
): Backup | undefined {
  const backups = account.world.backups.newest(wanted);
  return backups[random.between(0, backups.length - 1)];
}
