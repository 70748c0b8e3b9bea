import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parseEstate } from "../../shared/estate/check.ts";
import { collisions } from "../../shared/estate/collisions.ts";
import { type EstateInput, estateSchema } from "../../shared/estate/estate.ts";
import { previousTime } from "../../shared/estate/previous-time.ts";
import { awsCron } from "../../shared/estate/schedule.ts";
import { selects } from "../../shared/estate/selection.ts";

const secrets = {
  observe: "vigil/observe",
  checkpoint: "vigil/checkpoint",
  prune: "vigil/prune",
  instances: "vigil/instances",
};
const rule = {
  name: "nightly",
  select: { tags: { all: ["backup=nightly"] } },
  schedule: { cron: "0 1 * * *" },
  deadline_minutes: 240,
  recovery_point_objective_hours: 26,
};
const project = {
  name: "demo",
  region: "eu-de",
  project_id: "0605767b5780d5762fc5c0118072a564",
  account_id: "65382450e8f64ac0870cd180d14e684b",
  timezone: "Europe/Berlin",
  secrets,
  checkpoints: [rule],
};
const estate: EstateInput = { name: "example", projects: [project] };

const withProject = (change: object) => ({ ...estate, projects: [{ ...project, ...change }] });
const withRule = (change: object) => withProject({ checkpoints: [{ ...rule, ...change }] });

describe("an estate", () => {
  test("lets projects that host security counts together call it as often as the slowest of them says", () => {
    const hss = (calls: number, per_seconds: number) => ({ rates: { hss: { calls, per_seconds } } });
    const id = (last: string) => ({ name: `p${last}`, project_id: project.project_id.slice(0, -1) + last });
    const { projects } = parseEstate(
      {
        ...estate,
        projects: [
          { ...project, ...id("1"), ...hss(5, 60) },
          { ...project, ...id("2"), ...hss(6, 120) },
          { ...project, ...id("3"), ...hss(10, 60), region: "eu-nl" },
        ],
      },
      Date.parse("2026-11-21T00:00:00Z"),
    );
    expect(projects.map(({ rates }) => [rates.hss.calls, rates.hss.per_seconds])).toEqual([
      [6, 120],
      [6, 120],
      [10, 60],
    ]);
    expect(projects.map(({ rates }) => rates.cbr.calls)).toEqual([200, 200, 200]);
  });

  test("is accepted with only what must be said, and filled in with the rest", () => {
    const parsed = estateSchema.parse(estate);
    expect(parsed.projects[0]).toMatchObject({
      cloud: "huawei",
      rates: { hss: { calls: 5, per_seconds: 60 } },
    });
    expect(parsed.projects[0]?.checkpoints[0]).toMatchObject({ incremental: true, exclude_resource_ids: [] });
  });

  const wrong: [string, unknown, string, string][] = [
    ["no project", { ...estate, projects: [] }, "projects", "array"],
    ["an unknown key", { ...estate, project: [] }, "", "project"],
    ["an unknown key in a rule", withRule({ retries: 3 }), "projects[0].checkpoints[0]", "retries"],
    ["a name with spaces", withProject({ name: "my project" }), "projects[0].name", "lower-case"],
    ["a missing region", withProject({ region: undefined }), "projects[0].region", "string"],
    ["a zone nobody knows", withProject({ timezone: "Europe/Atlantis" }), "projects[0].timezone", "IANA"],
    [
      "a cron with seconds",
      withRule({ schedule: { cron: "0 0 1 * * *" } }),
      "projects[0].checkpoints[0].schedule.cron",
      "minute hour",
    ],
    [
      "an hour of 24",
      withRule({ schedule: { cron: "0 24 * * *" } }),
      "projects[0].checkpoints[0].schedule.cron",
      "hour 24",
    ],
    [
      "a minute of 60",
      withRule({ schedule: { cron: "60 1 * * *" } }),
      "projects[0].checkpoints[0].schedule.cron",
      "minute 60",
    ],
    [
      "a day nobody knows",
      withRule({ schedule: { cron: "0 1 * * FUN" } }),
      "projects[0].checkpoints[0].schedule.cron",
      "weekdays",
    ],
    [
      "a deadline of five minutes",
      withRule({ deadline_minutes: 5 }),
      "projects[0].checkpoints[0].deadline_minutes",
      "10",
    ],
    [
      "a negative objective",
      withRule({ recovery_point_objective_hours: -1 }),
      "projects[0].checkpoints[0].recovery_point_objective_hours",
      "1",
    ],
    [
      "an empty selection",
      withRule({ select: {} }),
      "projects[0].checkpoints[0].select",
      "at least one condition",
    ],
    [
      "a tag with a space",
      withRule({ select: { tags: { all: ["a b"] } } }),
      "projects[0].checkpoints[0].select.tags.all[0]",
      "key=value",
    ],
    [
      "an object type nobody knows",
      withRule({ select: { object_type: "tape" } }),
      "projects[0].checkpoints[0].select.object_type",
      "server",
    ],
    [
      "a secret key instead of its name",
      withProject({ secrets: { ...secrets, observe: "A".repeat(20) } }),
      "projects[0].secrets.observe",
      "Secrets Manager",
    ],
    [
      "a role without a secret",
      withProject({ secrets: { ...secrets, prune: undefined } }),
      "projects[0].secrets.prune",
      "string",
    ],
    [
      "a plain http endpoint",
      withProject({ endpoints: { cbr: "http://cbr.example.com" } }),
      "projects[0].endpoints.cbr",
      "https",
    ],
    [
      "an endpoint with a password",
      withProject({ endpoints: { cbr: "https://a:b@cbr.example.com" } }),
      "projects[0].endpoints.cbr",
      "password",
    ],
    [
      "an endpoint for a service nobody knows",
      withProject({ endpoints: { ecs: "https://x.example.com" } }),
      "projects[0].endpoints",
      "ecs",
    ],
    [
      "a rate of zero",
      withProject({ rates: { hss: { calls: 0, per_seconds: 60 } } }),
      "projects[0].rates.hss.calls",
      "1",
    ],
    ["a cloud nobody knows", withProject({ cloud: "aws" }), "projects[0].cloud", "huawei"],
    ["no rule", withProject({ checkpoints: [] }), "projects[0].checkpoints", "array"],
  ];

  test.each(wrong)(
    "with %s is refused, naming the field and what is expected",
    (_, value, path, expected) => {
      const parsed = estateSchema.safeParse(value);
      expect(parsed.success).toBe(false);
      const found = parsed.error?.issues
        .map((issue) => `${z.core.toDotPath(issue.path)}: ${issue.message}`)
        .join("\n");
      expect(found).toContain(`${path}: `);
      expect(found).toContain(expected);
    },
  );

  test("a refused endpoint's password is not repeated in the message", () => {
    const parsed = estateSchema.safeParse(
      withProject({ endpoints: { cbr: "https://user:injected-pw@cbr.example.com" } }),
    );
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain("injected-pw");
  });
});

describe("an estate that is about to be deployed", () => {
  const now_ms = Date.parse("2026-11-21T00:00:00Z");
  const second = { ...rule, name: "second" };
  const wrongTogether: [string, unknown, string][] = [
    [
      "two projects of one name",
      { ...estate, projects: [project, { ...project, project_id: "other" }] },
      "name demo",
    ],
    [
      "one project twice",
      { ...estate, projects: [project, { ...project, name: "again" }] },
      "backed up twice",
    ],
    [
      "two rules of one name",
      withProject({ checkpoints: [rule, { ...rule, select: { object_type: "disk" } }] }),
      "name nightly",
    ],
    [
      "rules that overlap",
      withProject({ checkpoints: [rule, { ...second, select: { name_pattern: "prod-*" } }] }),
      "rules nightly (0 1 * * * Europe/Berlin) and second",
    ],
    [
      "a time inside the zone's spring gap",
      withRule({ schedule: { cron: "30 2 * * *" } }),
      "for example 0 3 * * *",
    ],
  ];
  test.each(wrongTogether)("is refused with %s", (_, value, expected) => {
    expect(() => parseEstate(value, now_ms)).toThrow(expected);
  });

  /** Rules of one selection; the first is due every day at one o'clock in Berlin. */
  const together = (...schedules: readonly object[]) =>
    withProject({
      checkpoints: [rule, ...schedules.map((schedule, index) => ({ ...rule, name: `r${index}`, schedule }))],
    });

  test.each([
    ["a day of the week", { cron: "0 1 * * SUN" }, "2026-11-22T00:00:00.000Z"],
    ["another spelling", { cron: "00 01 * * 0-6" }, "2026-11-21T00:00:00.000Z"],
    [
      "a zone of the same offset",
      { cron: "0 1 * * *", timezone: "Europe/Paris" },
      "2026-11-21T00:00:00.000Z",
    ],
    ["UTC, in winter only", { cron: "0 0 * * *", timezone: "UTC" }, "2026-11-21T00:00:00.000Z"],
    ["UTC, in summer only", { cron: "0 23 * * *", timezone: "UTC" }, "2027-03-28T23:00:00.000Z"],
    [
      "New York, in the weeks between two changes",
      { cron: "0 20 * * *", timezone: "America/New_York" },
      "2027-03-15T00:00:00.000Z",
    ],
  ])("is refused with rules that are due at one instant: %s", (_, schedule, at) => {
    const refused = () => parseEstate(together(schedule), now_ms);
    expect(refused).toThrow(
      "projects[0].checkpoints[1].schedule: rules nightly (0 1 * * * Europe/Berlin) and r0",
    );
    expect(refused).toThrow(`are both due at ${at} and may select the same vault`);
  });

  test.each([
    { cron: "1 1 * * *" },
    { cron: "0 1 * * *", timezone: "America/Phoenix" },
    { cron: "30 0 * * *", timezone: "UTC" },
  ])("is accepted with a rule at another time: %j", (schedule) => {
    expect(parseEstate(together(schedule), now_ms).name).toBe("example");
  });

  test("is checked for fifty rules in fifty zones in less than a second", () => {
    const zones = Intl.supportedValuesOf("timeZone").slice(0, 50);
    const schedules = zones.map((timezone, index) => ({ cron: `${index + 1} 5 * * *`, timezone }));
    const before_ms = performance.now();
    const { projects } = estateSchema.parse(together(...schedules));
    expect(projects.map((one) => collisions(one, now_ms))).toHaveLength(1);
    expect(performance.now() - before_ms).toBeLessThan(1_000);
  });

  test("may have rules at the same time whose selections cannot meet", () => {
    const weekly = { ...second, select: { tags: { all: ["backup=weekly"] } } };
    const disks = { ...rule, name: "disks", select: { tags: { none: ["backup"] } } };
    expect(
      parseEstate(withProject({ checkpoints: [rule, weekly, disks] }), now_ms).projects[0]?.checkpoints,
    ).toHaveLength(3);
  });

  test("may have a time that the zone has twice in autumn, and any time in a zone without gaps", () => {
    expect(parseEstate(withRule({ schedule: { cron: "30 1 * * *" } }), now_ms).name).toBe("example");
    expect(parseEstate(withRule({ schedule: { cron: "30 2 * * *", timezone: "UTC" } }), now_ms).name).toBe(
      "example",
    );
  });
});

describe("a selection", () => {
  const vault = {
    id: "v1",
    name: "prod-db-01",
    object_type: "server",
    tags: [{ key: "backup", value: "nightly" }],
    resource_ids: ["r1"],
  };
  test.each([
    [{ tags: { all: ["backup=nightly"] } }, true],
    [{ tags: { all: ["backup"] } }, true],
    [{ tags: { all: ["backup=weekly"] } }, false],
    [{ tags: { any: ["x", "backup"] } }, true],
    [{ tags: { none: ["backup"] } }, false],
    [{ name_pattern: "prod-*" }, true],
    [{ name_pattern: "prod" }, false],
    [{ name_pattern: "*.01" }, false],
    [{ object_type: "disk" as const }, false],
    [{ vault_ids: ["v1"] }, true],
    [{ resource_ids: ["r2"] }, false],
    [{ name_pattern: "*", tags: { none: ["backup=nightly"] } }, false],
  ])("%j selects the vault: %s", (selection, expected) => {
    expect(selects(selection, vault)).toBe(expected);
  });

  const every = { name_pattern: "*" };
  test.each([
    [{ object_type: "workspace" }, { ...every, object_type: "workspace" as const }],
    [{ object_type: "file" }, { ...every, object_type: "file" as const }],
    [
      { object_type: "vmware", cloud_type: "hybrid" },
      { ...every, object_type: "vmware" as const },
    ],
    [
      { object_type: "vmware", cloud_type: "hybrid" },
      { ...every, cloud_type: "hybrid" as const },
    ],
    [{ protect_type: "replication" }, { ...every, protect_type: "replication" as const }],
  ])("means a vault of the kind %j only if it asks for it: %j", (kind, asking) => {
    expect(selects(every, { ...vault, ...kind })).toBe(false);
    expect(selects({ vault_ids: ["v1"] }, { ...vault, ...kind })).toBe(false);
    expect(selects(asking, { ...vault, ...kind })).toBe(true);
    expect(selects(asking, vault)).toBe(false);
  });

  test.each([
    { object_type: "turbo" },
    { protect_type: "backup", cloud_type: "public" },
    { object_type: "" },
  ])("means an ordinary vault, %j, without asking", (kind) => {
    expect(selects(every, { ...vault, ...kind })).toBe(true);
  });
});

describe("a schedule", () => {
  test.each([
    ["0 1 * * *", "cron(0 1 * * ? *)"],
    ["30 22 * * MON-FRI", "cron(30 22 ? * MON,TUE,WED,THU,FRI *)"],
    ["5 3 * * 0,6", "cron(5 3 ? * SUN,SAT *)"],
    ["5 3 * * FRI-MON", "cron(5 3 ? * SUN,MON,FRI,SAT *)"],
  ])("%s is %s on AWS", (cron, expected) => {
    expect(awsCron(cron)).toBe(expected);
  });

  const previous = (cron: string, zone: string, before: string) =>
    previousTime(cron, zone, Date.parse(before));

  test("was last due at its own local time, in summer and in winter", () => {
    expect(previous("0 1 * * *", "Europe/Berlin", "2026-07-01T12:00:00Z")).toBe("2026-06-30T23:00:00Z");
    expect(previous("0 1 * * *", "Europe/Berlin", "2026-12-01T12:00:00Z")).toBe("2026-12-01T00:00:00Z");
  });

  test("was last due exactly now, when it is due now", () => {
    expect(previous("0 1 * * *", "UTC", "2026-07-01T01:00:00Z")).toBe("2026-07-01T01:00:00Z");
  });

  test("did not fire at a local time that the zone skipped", () => {
    expect(previous("30 2 * * *", "Europe/Berlin", "2026-03-29T12:00:00Z")).toBe("2026-03-28T01:30:00Z");
  });

  test("fired once at a local time that occurred twice: the first", () => {
    expect(previous("30 2 * * *", "Europe/Berlin", "2026-10-25T12:00:00Z")).toBe("2026-10-25T00:30:00Z");
  });

  test("on some days of the week was last due on one of them", () => {
    expect(previous("0 1 * * MON", "UTC", "2026-11-21T12:00:00Z")).toBe("2026-11-16T01:00:00Z");
  });
});
