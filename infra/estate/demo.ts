import { type Estate, type EstateInput, estateSchema } from "../../shared/estate/estate.ts";
import { type Role, roles } from "../../shared/estate/secrets.ts";

/** Where the demo estate's provider is, and whose it is there. */
interface DemoPlace {
  /** Origin of the stand-in cloud: all services answer on it. */
  readonly url: string;
  readonly project_id: string;
  readonly account_id: string;
}

/** The name under which the credential of a role is kept for the demo estate. */
export const demoSecret = (role: Role) => `vigil/demo/${role}`;

/** The rules of the demo: the vaults tagged `backup=nightly`, every night at one. */
export const demoProject: EstateInput["projects"][number] = {
  name: "demo",
  region: "eu-de",
  project_id: "demo",
  account_id: "demo",
  timezone: "Europe/Berlin",
  secrets: { observe: "", checkpoint: "", prune: "", instances: "" },
  // The stand-in is not throttled unless faults are asked for: nights of many vaults end in time.
  rates: { cbr: { calls: 600, per_seconds: 60 } },
  checkpoints: [
    {
      name: "nightly",
      select: { tags: { all: ["backup=nightly"] } },
      schedule: { cron: "0 1 * * *" },
      deadline_minutes: 120,
      recovery_point_objective_hours: 26,
      prune: { retention: { max_backups: 14, week_backups: 8, timezone: "Europe/Berlin" } },
    },
  ],
  prune: { schedule: { cron: "0 9 * * *" }, mode: "delete" },
  instances: {
    audit: { bucket_name: "vigil-demo-audit", cycle: "PER_DAY", trigger_time: "02:30" },
    hosts: {},
    // The demo's own account plays the system that releases phones.
    phones: { releasers: ["000000000000"] },
  },
};

/** An estate's rules, applied to the stand-in cloud: where it is, whose it is and its secrets are the demo's. */
export function atStandIn(project: EstateInput["projects"][number], place: DemoPlace): Estate {
  const services = ["cbr", "iam", "dbss", "hss", "koophone"] as const;
  return estateSchema.parse({
    name: "demo",
    // Made up, so that the report of the demo estimates a cost.
    report: { currency: "EUR", prices_per_gb_month: { server: 0.03, disk: 0.03, turbo: 0.04 } },
    projects: [
      {
        ...project,
        project_id: place.project_id,
        account_id: place.account_id,
        endpoints: Object.fromEntries(services.map((service) => [service, place.url])),
        secrets: Object.fromEntries(roles.map((role) => [role, demoSecret(role)])),
      },
    ],
  });
}

/** The demo's estate without a stand-in cloud that runs: its template can be looked at, and nothing answers where it points. */
export function demoEstate(): Estate {
  return atStandIn(demoProject, { url: "http://127.0.0.1:1", project_id: "demo", account_id: "demo" });
}
