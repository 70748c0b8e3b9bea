import { addMembers } from "../../../../infra/local/provider/world/sharing.ts";
import { approve } from "../../../../shared/control/approval.ts";
import type { Action, Whereabouts } from "../../night/kind.ts";
import { holdForHours, meanwhileActions, setStop, someBackup } from "./meanwhile.ts";

const hour_ms = 3_600_000;
/** The estate's default. */
export const holdTag = { key: "vigil-hold", value: "" } as const;

/** What people do about deletions. */
export const pruneActions: readonly Action[] = [
  { name: "stop everything irreversible", act: stopForHours },
  { name: "hold something", act: holdSomething },
  { name: "hold a vault by its tag", act: holdVault },
  { name: "share a backup", act: shareBackup },
  { name: "make an image of a backup", act: makeImage },
  { name: "approve a plan", act: approvePlan },
  ...meanwhileActions,
];

function stopForHours({ stage, random }: Whereabouts): string | undefined {
  setStop(stage, true);
  stage.time.after(random.between(1, 12) * hour_ms, () => setStop(stage, false));
  return "stop";
}

function holdSomething({ stage, account, random }: Whereabouts): string | undefined {
  const backup = someBackup({ stage, account, random });
  if (backup === undefined) return undefined;
  const target = random.pick([backup.id, backup.resource_id, backup.vault_id, backup.checkpoint_id]);
  holdForHours({ stage, account, random }, target);
  return backup.vault_id;
}

function holdVault({ account, random }: Whereabouts): string | undefined {
  const vaults = account.world.vaults.all();
  const vault = vaults[random.between(0, vaults.length - 1)];
  if (vault === undefined) return undefined;
  const without = vault.tags.filter(({ key }) => key !== holdTag.key);
  vault.tags = without.length === vault.tags.length ? [...vault.tags, holdTag] : without;
  return vault.id;
}

function shareBackup(where: Whereabouts): string | undefined {
  const { world, identities } = where.account;
  const backup = someBackup(where, ({ object_type }) => object_type === "server");
  if (backup === undefined) return undefined;
  addMembers(world, backup, [identities.other.id]);
  return backup.id;
}

function makeImage(where: Whereabouts): string | undefined {
  const backup = someBackup(where);
  if (backup === undefined) return undefined;
  backup.image_ids = ["an-image"];
  return backup.id;
}

/** Approves what people were told of last. */
function approvePlan({ stage }: Whereabouts): string | undefined {
  const told = stage.topic.told.findLast(({ attributes }) => attributes.cause === "plan-needs-approval");
  const hash = /approve ([0-9a-f]+)/.exec(told?.text ?? "")?.[1];
  if (hash === undefined) return undefined;
  void approve(stage.ledger.table, { hash, approved_at_ms: Math.floor(stage.time.now()) });
  return hash;
}
