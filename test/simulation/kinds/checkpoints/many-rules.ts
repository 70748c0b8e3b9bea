import { resource_types } from "../../../../infra/local/provider/world/model.ts";
import type { Settings } from "../../../../infra/local/provider/world/settings.ts";
import { createVault } from "../../../../infra/local/provider/world/vaults.ts";
import type { Account } from "../../night/account.ts";
import type { ProjectInput } from "../../night/kind.ts";
import type { Draws } from "../../night/world.ts";
import { newResource } from "./world.ts";

/** Which generation of the world brought them. */
const since = 3;
const vaults = 11;
const rulesOfEach = 4;
const minute_ms = 60_000;

export const hasManyRules = (draws: Draws, world: number): boolean =>
  world >= since && draws("many rules", "episode", 0).fraction() < 0.006;

const group = "group-";
/** Their vaults have four backups to make, one after the other, and each takes long: not all have their turn in time. */
export const takesTurns = (rule: string): boolean => rule.startsWith(group);

/** The nights of all its rules are open at the same time. */
export const slowBackups: Partial<Settings> = { backup_ms: [60 * minute_ms, 100 * minute_ms] };

/** A project with more rules than one can look through: every vault is wanted by four of them, two minutes apart. */
export function withManyRules(account: Account, project: ProjectInput, draws: Draws): ProjectInput {
  const random = draws("many rules", account.name, 0);
  for (let number = 0; number < vaults; number++) {
    const { id } = newResource(account.world, account.project_id, "disk", random);
    createVault(account.world, {
      project_id: account.project_id,
      user_id: "",
      name: `group-${number}`,
      object_type: "disk",
      size_gb: 100_000,
      resources: [{ id, type: resource_types.disk }],
      tags: [{ key: "group", value: String(number) }],
      locked: false,
    });
  }
  const hour = random.between(0, 3);
  const rules = Array.from({ length: vaults * rulesOfEach }, (_, number) => ({
    name: `${group}${number}`,
    select: { tags: { all: [`group=${number % vaults}`] } },
    schedule: { cron: `${(2 * number) % 60} ${hour + Math.floor((2 * number) / 60)} * * *` },
    deadline_minutes: 720,
    recovery_point_objective_hours: 48,
  }));
  return {
    ...project,
    rates: { cbr: { calls: 200, per_seconds: 300 } },
    checkpoints: [...project.checkpoints, ...rules],
  };
}
