import { describe, expect, test } from "vitest";
import { nightRecord } from "../../shared/checkpoints/night.ts";
import { noteRules } from "../../shared/checkpoints/rule-history.ts";
import { type Slot, slotRecord } from "../../shared/checkpoints/slot.ts";
import { reportDates } from "../../shared/report/dates.ts";
import { morningText } from "../../shared/report/documents.ts";
import { unreachable } from "../../shared/report/listings.ts";
import { readNights } from "../../shared/report/nights.ts";
import { type CoverageReport, coverageReportSchema } from "../../shared/report/schema.ts";
import { plan, settle } from "../../shared/work/transitions.ts";
import {
  type Backfilled,
  demoProject,
  goodSlot,
  madeUpEstate,
  nightAt,
  now_ms,
  reportOf,
  resourceId,
  vaultId,
  withFailure,
} from "./support.ts";

const small = { vaults: 3, resources: 2, nights: 30 };

async function report(more: Partial<Backfilled> = {}): Promise<CoverageReport> {
  return reportOf(await madeUpEstate({ ...small, ...more }));
}

const projectIn = ({ projects }: CoverageReport) => {
  const [project] = projects;
  if (!project) throw new Error("the report has no project");
  return project;
};
const resourceIn = (whole: CoverageReport, vault: number, resource: number) => {
  const found = projectIn(whole).resources.find(({ id }) => id === resourceId(vault, resource));
  if (!found) throw new Error("the report lacks the resource");
  return found;
};

/** Changes the slots of one vault in one night. */
const only =
  (vault: number, ago: number, change: (slot: Slot) => Slot): NonNullable<Backfilled["change"]> =>
  (slot, at) =>
    at.vault === vault && at.ago === ago ? change(slot) : slot;

const settled = (slot: Slot, outcome: "given-up" | "stuck" | "skipped", reason: string): Slot => ({
  ...slot,
  covered: {},
  attempts: [],
  work: settle(plan(Date.parse(slot.scheduled_at)), {
    now_ms: slot.deadline_at_ms,
    outcome,
    code: outcome === "stuck" ? "stuck" : null,
    reason,
  }),
});

const failing = (slot: Slot, reason: string): Slot =>
  withFailure(slot, [resourceId(0, 0)], "BackupService.7103", reason);

describe("a month in which everything went well", () => {
  test("shows thirty protected nights of every resource, across the end of summer time", async () => {
    const whole = await report();
    expect(coverageReportSchema.parse(whole)).toEqual(whole);
    expect(whole.nights).toHaveLength(30);
    expect(whole.nights.at(0)).toBe("2026-10-23");
    expect(whole.nights.at(-1)).toBe("2026-11-21");
    for (const resource of projectIn(whole).resources) {
      expect(resource).toMatchObject({
        nights: "P".repeat(30),
        seen: "1".repeat(30),
        backups: { own: 30, native: 0, other: 0 },
        objective_met: true,
        objective_hours: 26,
        failures: [],
        note: null,
      });
    }
    expect(whole.totals).toMatchObject({
      resources: 6,
      objective_met: 6,
      objective_missed: 0,
      in_no_vault: 0,
      cells: { protected: 180, late: 0, missing: 0, failed: 0, open: 0, not_expected: 0 },
    });
    expect(projectIn(whole).problems).toEqual([]);
  });

  test("tells storage and cost by class, from the capacity that is paid for", async () => {
    const whole = await report();
    expect(projectIn(whole).storage).toEqual([
      {
        class: "server",
        vaults: 3,
        size_gb: 3000,
        used_gb: 60,
        price_per_gb_month: 0.02,
        cost_per_month: 60,
      },
    ]);
    expect(whole.totals.cost_per_month).toBe(60);
  });
});

describe("what went wrong", () => {
  test("a failed resource bears the provider's code, reason and handling measure", async () => {
    const whole = await report({
      change: only(1, 0, (slot) =>
        withFailure(slot, [resourceId(1, 0)], "BackupService.7103", "The resource cannot be backed up."),
      ),
    });
    const resource = resourceIn(whole, 1, 0);
    expect(resource.nights).toBe(`${"P".repeat(29)}F`);
    expect(resource.seen).toBe(`${"1".repeat(29)}0`);
    expect(resource.objective_met).toBe(false);
    expect(resource.newest_good_age_hours).toBeGreaterThan(26);
    expect(resource.failures).toEqual([
      {
        date: "2026-11-21",
        rule: "nightly",
        scheduled_at: nightAt(0),
        state: "failed",
        code: "BackupService.7103",
        reason: "The resource cannot be backed up.",
        measure: expect.stringMatching(/\w+/),
        attempts: 1,
      },
    ]);
    expect(resourceIn(whole, 1, 1).nights).toBe("P".repeat(30));
    expect(whole.totals.last_night).toMatchObject({ protected: 5, failed: 1 });
  });

  test("a failed attempt that another will follow is shown as failed, and says when", async () => {
    const whole = await report({
      change: only(0, 0, (slot) => {
        const { failure, covered } = withFailure(slot, [resourceId(0, 0)], "BackupService.7203", "in use");
        const retry = Object.fromEntries(
          Object.entries(failure).map(([id, one]) => [id, { ...one, final: false }]),
        );
        const work = { ...plan(now_ms), not_before_ms: now_ms + 600_000, attempt: 2 };
        return { ...slot, covered, failure: retry, work };
      }),
    });
    expect(resourceIn(whole, 0, 0).failures.at(-1)?.reason).toBe(
      "in use; attempt 2 follows at 2026-11-21T08:10:00.000Z",
    );
  });

  test("finished after the deadline is late", async () => {
    const whole = await report({
      change: only(0, 3, (slot) => ({
        ...slot,
        work: settle(slot.work, { now_ms: slot.deadline_at_ms + 1, outcome: "done" }),
      })),
    });
    expect(resourceIn(whole, 0, 0).nights.at(-4)).toBe("L");
    expect(projectIn(whole).nights.at(-4)).toMatchObject({ late: 1, available: 3 });
  });

  test("a slot without a checkpoint is missing, with the reason that was recorded", async () => {
    const whole = await report({
      change: only(2, 0, (slot) =>
        settled(slot, "given-up", "the deadline passed before it could be posted"),
      ),
    });
    expect(resourceIn(whole, 2, 1).failures).toMatchObject([
      { state: "missing", reason: "the deadline passed before it could be posted" },
    ]);
    expect(whole.totals.last_night).toMatchObject({ missing: 2, protected: 4 });
  });

  test("an open slot is open before its deadline, missing after it", async () => {
    const open = only(0, 0, (slot) => ({ ...slot, covered: {}, attempts: [], work: plan(now_ms) }));
    const made = await madeUpEstate({ ...small, change: open });
    const before = await reportOf(made, Date.parse(nightAt(0)) + 60_000);
    expect(resourceIn(before, 0, 0).nights.at(-1)).toBe("O");
    const after = await reportOf(made, now_ms);
    expect(resourceIn(after, 0, 0).nights.at(-1)).toBe("M");
    expect(resourceIn(after, 0, 0).failures.at(-1)?.reason).toContain("still planned, attempt 1");
  });

  test("a skipped vault is not expected, and the night says why", async () => {
    const whole = await report({
      change: only(0, 0, (slot) => settled(slot, "skipped", "frozen: the account's charges are overdue")),
    });
    expect(resourceIn(whole, 0, 0).nights.at(-1)).toBe("-");
    expect(projectIn(whole).nights.at(-1)?.skipped).toEqual([
      { vault_id: vaultId(0), vault_name: "vault-1", reason: "frozen: the account's charges are overdue" },
    ]);
  });

  test("a night that nobody planned is missing for every resource that its rule selects", async () => {
    const whole = await report({ missed: [5] });
    for (const resource of projectIn(whole).resources) {
      expect(resource.nights.at(-6)).toBe("M");
      expect(resource.failures).toMatchObject([{ date: "2026-11-16", code: "never-planned" }]);
    }
    expect(projectIn(whole).nights.at(-6)).toMatchObject({ state: "never-planned", selected: 3, failed: 3 });
  });

  test("of a rule's two times on one date each bears its own reasons, the later ones last", async () => {
    const made = await madeUpEstate({
      ...small,
      change: only(0, 0, (slot) => failing(slot, "the first time")),
    });
    const scheduled_at = "2026-11-21T02:00:00Z";
    const again = goodSlot(small, 0, 0, now_ms);
    await slotRecord.create(made.ledger, failing({ ...again, scheduled_at }, "the second time"));
    const id = { project: "production", rule: "nightly", scheduled_at: nightAt(0) };
    const night = await nightRecord.read(made.ledger, id);
    if (!night) throw new Error("the estate has no last night");
    await nightRecord.create(made.ledger, { ...night.value, scheduled_at });
    const { failures } = resourceIn(await reportOf(made), 0, 0);
    expect(failures).toMatchObject([
      { date: "2026-11-21", scheduled_at: nightAt(0), reason: "the first time" },
      { date: "2026-11-21", scheduled_at, reason: "the second time" },
    ]);
  });

  test("nights before a rule was first heard of are not missed", async () => {
    const whole = await report({ nights: 4 });
    expect(projectIn(whole).resources.map(({ nights }) => nights)).toEqual(
      Array(6).fill(`${"-".repeat(26)}PPPP`),
    );
  });
});

test("a rule that was given another time has no missed night at that time before the change", async () => {
  const { ledger } = await madeUpEstate({ vaults: 1, resources: 1, nights: 6 });
  const before = demoProject();
  const after = {
    ...before,
    checkpoints: before.checkpoints.map((rule) => ({ ...rule, schedule: { cron: "0 3 * * *" } })),
  };
  await noteRules(ledger, before, Date.parse(nightAt(2)) - 1);
  await noteRules(ledger, before, Date.parse(nightAt(1)) - 2);
  await noteRules(ledger, after, Date.parse(nightAt(1)) - 1);
  const dates = reportDates("2026-11-21");
  const { missed } = await readNights(ledger, after, { dates, now_ms });
  expect(missed.map(({ scheduled_at }) => scheduled_at).sort()).toEqual([
    "2026-11-20T02:00:00Z",
    "2026-11-21T02:00:00Z",
  ]);
});

describe("what no rule looks after", () => {
  test("a resource in no vault is in the report; a disk of a protected server is not", async () => {
    const type = "OS::Cinder::Volume";
    const protectables = [
      {
        id: resourceId(0, 0),
        name: "server",
        type: "OS::Nova::Server",
        children: [{ id: "disk-of-server" }],
      },
      { id: "disk-of-server", name: "its disk", type },
      { id: "lonely", name: "nobody's disk", type, protectable: { result: true } },
    ];
    const whole = await report({ protectables });
    expect(whole.totals.in_no_vault).toBe(1);
    expect(projectIn(whole).resources.find(({ vault_id }) => vault_id === null)).toMatchObject({
      id: "lonely",
      name: "nobody's disk",
      nights: "-".repeat(30),
      objective_met: null,
      note: "it is in no vault",
    });
  });

  test("backups of a resource that is in no vault any more are orphans, with their size", async () => {
    const moreBackups = ["2026-11-01T01:00:00.123456", "2026-11-02T01:00:00.123456"].map(
      (created_at, index) => ({
        id: `orphan-${index}`,
        status: "available",
        created_at,
        resource_id: "gone",
        resource_name: "decommissioned",
        resource_type: "OS::Nova::Server",
        vault_id: vaultId(0),
      }),
    );
    const whole = await report({ moreBackups });
    expect(projectIn(whole).orphans).toEqual([
      {
        resource_id: "gone",
        resource_name: "decommissioned",
        type: "OS::Nova::Server",
        vault_ids: [vaultId(0)],
        backups: 2,
        oldest_at: "2026-11-01T01:00:00.123Z",
        newest_at: "2026-11-02T01:00:00.123Z",
        backup_mb: 2048,
      },
    ]);
    expect(whole.totals.orphaned_backups).toBe(2);
  });

  test("without orphans the provider is not asked for sizes", async () => {
    const made = await madeUpEstate(small);
    const listings = {
      ...made.listings,
      storageUsage: () => {
        throw new Error("nobody should ask");
      },
    };
    expect(projectIn(await reportOf({ ...made, listings })).problems).toEqual([]);
  });
});

describe("a project that cannot be reached", () => {
  test("is reported with what the ledger knows, and with the reason", async () => {
    const made = await madeUpEstate(small);
    const whole = await reportOf({ ...made, listings: unreachable(new Error("401: wrong credentials")) });
    expect(projectIn(whole).problems).toEqual(["the vaults could not be read: 401: wrong credentials"]);
    expect(projectIn(whole).nights).toHaveLength(30);
    expect(projectIn(whole).orphans).toEqual([]);
  });

  test("whose vaults alone cannot be listed has no backup called an orphan", async () => {
    const made = await madeUpEstate(small);
    const { vaults } = unreachable(new Error("500"));
    const whole = await reportOf({ ...made, listings: { ...made.listings, vaults } });
    expect(projectIn(whole)).toMatchObject({ orphans: [], problems: ["the vaults could not be read: 500"] });
  });
});

describe("the message of the morning", () => {
  const places = { html: "s3://b/c.html", json: "s3://b/c.json", csv: "s3://b/c.csv" };

  test("says that all is well in a few lines", async () => {
    const { subject, text } = morningText(await report(), places);
    expect(subject).toBe("Vigil: coverage of demo, night 2026-11-21: as it should be");
    expect(text).toContain("6 resources: 6 within their recovery point objective, 0 not, 0 in no vault.");
    expect(text).toContain("s3://b/c.html");
  });

  test("names what is red, but no more than fits", async () => {
    const ids = Array.from({ length: 40 }, (_, resource) => resourceId(0, resource));
    const whole = await report({
      resources: 40,
      change: only(0, 0, (slot) => withFailure(slot, ids, "BackupService.7103", "cannot be backed up")),
    });
    const { subject, text } = morningText(whole, places);
    expect(subject).toContain("look at it");
    expect(text).toContain(`server-1-1 (${resourceId(0, 0)}): BackupService.7103: cannot be backed up`);
    expect(text).toContain("and 25 more");
  });
});
