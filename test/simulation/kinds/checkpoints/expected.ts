import type { Vault } from "../../../../infra/local/provider/world/model.ts";
import { scheduleTimes } from "../../../../infra/local/schedules/times.ts";
import type { CheckpointRule, Estate } from "../../../../shared/estate/estate.ts";
import { awsCron } from "../../../../shared/estate/schedule.ts";
import type { Account } from "../../night/account.ts";
import { followDeployments } from "../../night/deploy.ts";
import { accountOf, type Stage } from "../../night/stage.ts";

/** A night that was due, and the vaults that ought to have a checkpoint of it, as the provider had them then. */
export interface DueNight {
  readonly account: Account;
  readonly project: string;
  readonly rule: string;
  readonly scheduled_at: string;
  readonly at_ms: number;
  readonly deadline_at_ms: number;
  readonly vaults: ReadonlySet<string>;
  /** When its rule was brought, or given this time. */
  readonly begun_ms: number;
  /** When its rule was taken out or given another time since. */
  withdrawn_at_ms: number;
  /** All that bear the rule's tag, whether or not they can be backed up. */
  readonly selected: ReadonlySet<string>;
}

/** Every night that was due, and what else may have been planned. */
export interface Nights {
  readonly due: readonly DueNight[];
  /** Whether a night was due, or nearly: its schedule was taken away a moment before. */
  mayExist(night: {
    readonly project: string;
    readonly rule: string;
    readonly scheduled_at: string;
  }): boolean;
}

/** A function that has begun before a deployment goes on with what it knew for so long. */
const lastUse_ms = 10 * 60_000;
/** A night that was not planned when its rule was changed or taken out so soon after is not planned any more. */
const forgiven_ms = 6 * 3_600_000;
/** A rule that was brought so shortly before its time may not have been seen by anybody when its schedule does not fire. */
const unseen_ms = 90 * 60_000;

/** Whether nobody can be blamed that a night was not planned: its rule had come, or was gone, too soon. */
export const mayBeUnplanned = ({ start_ms }: Stage, night: DueNight): boolean =>
  night.withdrawn_at_ms < night.at_ms + forgiven_ms ||
  (night.begun_ms > start_ms && night.at_ms < night.begun_ms + unseen_ms);

/** Notes every night at the moment when it is due, whatever the schedules do about it. */
export function watchNights(stage: Stage): Nights {
  const due: DueNight[] = [];
  const nearlyDue = new Set<string>();
  const keyOf = (project: string, rule: string, scheduled_at: string) => `${project} ${rule} ${scheduled_at}`;
  followDeployments(stage, rulesBySchedule, ({ project, rule }) => {
    const account = accountOf(stage, project.name);
    const zone = rule.schedule.timezone ?? project.timezone;
    const times = scheduleTimes(awsCron(rule.schedule.cron), zone, stage.time.now());
    const own: DueNight[] = [];
    const begun_ms = stage.time.now();
    let cancel = () => {};
    const arm = () => {
      const at_ms = times.next(stage.time.now());
      if (at_ms === undefined) return;
      cancel = stage.time.after(at_ms - stage.time.now(), () => {
        const night = dueNight(stage, account, project.name, rule, { begun_ms, at_ms });
        own.push(night);
        due.push(night);
        arm();
      });
    };
    arm();
    return () => {
      cancel();
      const now_ms = stage.time.now();
      const next_ms = times.next(now_ms);
      if (next_ms !== undefined && next_ms < now_ms + lastUse_ms)
        nearlyDue.add(keyOf(project.name, rule.name, toText(next_ms)));
      for (const night of own) night.withdrawn_at_ms = Math.min(night.withdrawn_at_ms, now_ms);
    };
  });
  return {
    due,
    mayExist: ({ project, rule, scheduled_at }) =>
      nearlyDue.has(keyOf(project, rule, scheduled_at)) ||
      due.some(
        (night) => night.project === project && night.rule === rule && night.scheduled_at === scheduled_at,
      ),
  };
}

/** A rule that is given another time, zone or name is another one. */
const rulesBySchedule = ({ projects }: Estate) =>
  new Map(
    projects.flatMap((project) =>
      project.checkpoints.map((rule) => {
        const zone = rule.schedule.timezone ?? project.timezone;
        return [
          JSON.stringify([project.name, rule.name, rule.schedule.cron, zone]),
          { project, rule },
        ] as const;
      }),
    ),
  );

function dueNight(
  stage: Stage,
  account: Account,
  project: string,
  { name: rule, select, deadline_minutes }: CheckpointRule,
  { begun_ms, at_ms }: { readonly begun_ms: number; readonly at_ms: number },
): DueNight {
  account.world.advance(account.cloud.clock.now());
  const all = account.world.vaults.newest((vault) => isSelected(vault, select.tags?.all ?? []));
  const deployed = deployedRule(stage, project, rule);
  return {
    account,
    project,
    rule,
    scheduled_at: toText(at_ms),
    at_ms,
    deadline_at_ms: at_ms + deadline_minutes * 60_000,
    begun_ms,
    withdrawn_at_ms: Number.POSITIVE_INFINITY,
    selected: new Set(all.map(({ id }) => id)),
    vaults: new Set(all.filter((vault) => isFit(vault, deployed)).map(({ id }) => id)),
  };
}

const toText = (at_ms: number) => new Date(at_ms).toISOString().replace(".000Z", "Z");

/** The rules of these estates want tags and nothing else. */
const isSelected = ({ tags }: Vault, wanted: readonly string[]) =>
  wanted.every((tag) => tags.some(({ key, value }) => `${key}=${value}` === tag));

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
