import { type EstateInput, estateSchema } from "../../shared/estate/estate.ts";

const secrets = (project: string) => ({
  observe: `vigil/${project}/observe`,
  checkpoint: `vigil/${project}/checkpoint`,
  prune: `vigil/${project}/prune`,
  instances: `vigil/${project}/instances`,
});

const rule = (name: string, cron: string) => ({
  name,
  select: { name_pattern: "*" },
  schedule: { cron },
  deadline_minutes: 120,
  recovery_point_objective_hours: 26,
});

const input: EstateInput = {
  name: "test",
  projects: [
    {
      name: "alpha",
      region: "eu-de",
      project_id: "a".repeat(32),
      account_id: "b".repeat(32),
      timezone: "Europe/Berlin",
      secrets: secrets("alpha"),
      checkpoints: [rule("nightly", "0 1 * * *"), rule("workdays", "30 22 * * MON-FRI")],
    },
    {
      name: "beta",
      region: "eu-de",
      project_id: "c".repeat(32),
      account_id: "b".repeat(32),
      timezone: "Asia/Kolkata",
      secrets: secrets("beta"),
      checkpoints: [rule("nightly", "0 3 * * *")],
    },
  ],
};

/** Two projects in two zones, with three checkpoint rules. */
export const exampleEstate = estateSchema.parse(input);
