import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { definition } from "../../functions/report-coverage/definition.ts";
import { reportCoverage } from "../../functions/report-coverage/job.ts";
import { createDemoWorld, type Demo } from "../../infra/local/provider/demo/demo.ts";
import { type RunningProvider, startProvider } from "../../infra/local/provider/server.ts";
import { type Cloud, createCloud } from "../../infra/local/provider/service.ts";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import { systemRandom } from "../../shared/core/random.ts";
import { parseEstate } from "../../shared/estate/check.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Document, Notification } from "../../shared/publish/publisher.ts";
import { coverageReportSchema } from "../../shared/report/schema.ts";
import { manualClock } from "../provider/support.ts";
import { jobDeps } from "../support/job-deps.ts";
import { now_ms } from "./support.ts";

const clock = manualClock(now_ms);
const agent = new Agent();
let demo: Demo;
let cloud: Cloud;
let server: RunningProvider;

beforeAll(async () => {
  demo = createDemoWorld({ seed: 3, now_ms, vaults: 30 });
  cloud = createCloud({ world: demo.world, clock, seed: 3 });
  server = await startProvider({ cloud, port: 0 });
});

afterAll(async () => {
  await server?.close();
  await agent.close();
});

const rule = {
  name: "nightly",
  select: { tags: { all: ["backup=nightly"] } },
  schedule: { cron: "0 1 * * *" },
  deadline_minutes: 240,
  recovery_point_objective_hours: 26,
};

function estateOf() {
  const { url } = server;
  const common = {
    region: "eu-de",
    account_id: demo.identities.project.domain_id,
    endpoints: { cbr: url, iam: url, dbss: url, hss: url, koophone: url },
    timezone: "UTC",
    secrets: { observe: "s/o", checkpoint: "s/c", prune: "s/p", instances: "s/i" },
    checkpoints: [rule],
  };
  const projects = [
    { ...common, name: "good", project_id: demo.identities.project.id },
    { ...common, name: "bad", project_id: demo.identities.other.id },
  ];
  return parseEstate({ name: "two", projects }, now_ms);
}

/** Runs the job in the role's own credential; the second project's is not one of that project's users. */
async function run() {
  const stored: Document[] = [];
  const told: Notification[] = [];
  const ledger = memoryLedger();
  const { ak, sk } = demo.identities.roles.observe;
  cloud.calls.reset();
  const result = await reportCoverage(
    { scheduled_at: new Date(now_ms).toISOString() },
    {
      ...jobDeps({ clock, estate: estateOf() }),
      ledger,
      publisher: {
        store: async (document) => void stored.push(document),
        notify: async (notification) => void told.push(notification),
        placeOf: (name) => `s3://reports/${name}`,
      },
      page: async () => ({ script: "", style: "" }),
      provider: async ({ project_id, account_id, region }) => {
        const connection = {
          project: { id: project_id, domain_id: account_id, region },
          endpoints: () => server.url,
          dispatcher: agent,
          clock,
          random: systemRandom,
        };
        return createClient(definition.provider.operations, {
          ...connection,
          authenticator: authenticatorFor({ kind: "aksk", ak, sk }, connection),
        });
      },
    },
  );
  const json = stored.find(({ name }) => name.endsWith(".json"));
  const report = coverageReportSchema.parse(JSON.parse(String(json?.body)));
  return { result, stored, told, report, ledger };
}

describe("report-coverage on the stand-in", () => {
  test("has every resource that the provider has, and asks by pages", async () => {
    const { report } = await run();
    const [good] = report.projects;
    const world = [...demo.world.resources.values()].filter(
      ({ project_id }) => project_id === demo.identities.project.id,
    );
    expect(new Set(good?.resources.map(({ id }) => id))).toEqual(new Set(world.map(({ id }) => id)));
    expect(report.totals.in_no_vault).toBe(demo.unprotected.length);
    expect(good?.problems).toEqual([]);
    const pages = Math.ceil(demo.world.backups.size / 1000);
    expect(cloud.calls.counts()).toEqual({
      // The other project is asked once, and refuses.
      listVaults: { "200": 1, "403": 1 },
      listBackups: { "200": pages },
      listProtectables: { "200": 3 },
    });
  });

  test("reports a project whose credentials are wrong as such, and the other one all the same", async () => {
    const { report, result } = await run();
    const [good, bad] = report.projects;
    expect(good?.resources.length).toBeGreaterThan(100);
    expect(bad?.resources).toEqual([]);
    expect(bad?.problems).toEqual([expect.stringContaining("the vaults could not be read")]);
    expect(result.projects.map(({ name, complete }) => [name, complete])).toEqual([
      ["good", true],
      ["bad", false],
    ]);
  });

  test("stores three documents, tells people once, and remembers what the vaults held", async () => {
    const { stored, told, report, ledger } = await run();
    expect(stored.map(({ name }) => name.split(".").at(-1)).sort()).toEqual(["csv", "html", "json"]);
    expect(told).toHaveLength(1);
    expect(told[0]?.text).toContain("s3://reports/reports/2026-11-21/coverage.html");
    expect(told[0]?.text).toContain("bad: the vaults could not be read");
    const days = await Array.fromAsync(ledger.list({ partition: "usage#good" }));
    expect(days).toHaveLength(1);
    expect(report.projects[0]?.vaults[0]?.history).toHaveLength(1);
  });

  test("no secret is in any document or message", async () => {
    const { stored, told } = await run();
    const text = JSON.stringify([stored.map(({ body }) => String(body)), told]);
    const { ak, sk, password } = demo.identities.roles.observe;
    for (const secret of [ak, sk, password]) expect(text).not.toContain(secret);
  });
});
