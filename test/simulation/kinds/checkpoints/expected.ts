import type { Vault } from "../../../../infra/local/provider/world/model.ts";
import { scheduleTimes } from "../../../../infra/local/schedules/times.ts";
import type { CheckpointRule } from "../../../../shared/estate/estate.ts";
import { awsCron } from "../../../../shared/estate/schedule.ts";
import type { Account } from "../../night/account.ts";
import { accountOf, type Stage } from "../../night/stage.ts";
import { nightly, twice } from "./world.ts";

/** A night that was due, and the vaults that ought to have a checkpoint of it, as the provider had them then. */
export interface DueNight {
  readonly account: Account;
  readonly project: string;
  readonly rule: string;
  readonly scheduled_at: string;
  readonly at_ms: number;
  readonly deadline_at_ms: number;
  readonly vaults: ReadonlySet<string>;
  /** All that bear the rule's tag, whether or not they can be backed up. */
  readonly selected: ReadonlySet<string>;
}

const tagOf: Readonly<Record<string, { readonly key: string; readonly value: string }>> = {
  nightly,
  late: twice,
};

/** Notes every night at the moment when it is due, whatever the schedules do about it. */
export function watchNights(stage: Stage): DueNight[] {
  const nights: DueNight[] = [];
  for (const project of stage.estate.projects) {
    const account = accountOf(stage, project.name);
    for (const rule of project.checkpoints) {
      const zone = rule.schedule.time_zone ?? project.time_zone;
      const times = scheduleTimes(awsCron(rule.schedule.cron), zone, stage.time.now());
      const arm = () => {
        const at_ms = times.next(stage.time.now());
        if (at_ms === undefined) return;
        stage.time.after(at_ms - stage.time.now(), () => {
          account.world.advance(account.cloud.clock.now());
          const all = account.world.vaults.newest((vault) => isSelected(vault, rule.name));
          nights.push({
            account,
            project: project.name,
            rule: rule.name,
            scheduled_at: new Date(at_ms).toISOString().replace(".000Z", "Z"),
            at_ms,
            deadline_at_ms: at_ms + rule.deadline_minutes * 60_000,
            selected: new Set(all.map(({ id }) => id)),
            vaults: new Set(
              all
                .filter((vault) => isFit(vault, deployedRule(stage, project.name, rule.name)))
                .map(({ id }) => id),
            ),
          });
          arm();
        });
      };
      arm();
    }
  }
  return nights;
}

function isSelected({ tags }: Vault, rule: string): boolean {
  const wanted = tagOf[rule];
  return tags.some(({ key, value }) => key === wanted?.key && value === wanted.value);
}

function deployedRule({ estate }: Stage, project: string, rule: string): CheckpointRule | undefined {
  return estate.projects.find(({ name }) => name === project)?.checkpoints.find(({ name }) => name === rule);
}

function isFit({ status, resources, used_mb, size_gb }: Vault, rule: CheckpointRule | undefined): boolean {
  const wanted = [...resources.keys()].filter((id) => !rule?.exclude_resource_ids.includes(id));
  return status === "available" && wanted.length > 0 && used_mb < size_gb * 1024;
}

/** Whether somebody touched the vault in that time, or shortly before: what is to be expected is then open. */
export function isDisturbed(stage: Stage, vault_id: string, from_ms: number, to_ms: number): boolean {
  return stage.disturbances.some(
    ({ about, at_ms }) => about === vault_id && at_ms >= from_ms - 15 * 60_000 && at_ms <= to_ms + 60_000,
  );
}
