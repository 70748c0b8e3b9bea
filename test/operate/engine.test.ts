import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { pruneDue } from "../../events/prune-due.ts";
import { type Demo, startDemo } from "../../infra/commands/start/demo.ts";
import { demoProject } from "../../infra/estate/demo.ts";
import { readEngineFile, removeEngineFile, writeEngineFile } from "../../infra/local/engine-file.ts";
import type { EngineEvent } from "../../infra/local/functions/events.ts";
import type { Backup, Vault } from "../../infra/local/provider/world/model.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { addBackups, ids, ours, resourcesOf } from "../prune/vaults.ts";

const events: EngineEvent[] = [];
let demo: Demo;
let folder: string;
let file: string;
let vault: Vault;
const backups: Backup[] = [];

/** Pruning as it is deployed: the template's functions, roles and queue in the engine, the role's own permissions at the provider. */
beforeAll(async () => {
  const [nightly] = demoProject.checkpoints;
  if (!nightly) throw new Error("the demo has no rule");
  const weekly = {
    ...nightly,
    name: "weekly",
    select: { tags: { all: ["backup=weekly"] } },
    schedule: { cron: "0 15 * * SUN" },
    prune: { retention: { max_backups: 2 }, largest_share: 1 },
  };
  const project = {
    ...demoProject,
    checkpoints: [nightly, weekly],
    prune: { schedule: { cron: "0 14 * * *" }, mode: "delete" as const },
  };
  const onEvent = (event: EngineEvent) => void events.push(event);
  // Not faster: calls have deadlines of the engine's time, and a busy machine would miss some.
  demo = await startDemo({ project, vaults: 14, seed: 3, faults: "none", speed: 20, onEvent });
  folder = await mkdtemp(join(tmpdir(), "vigil-operate-"));
  file = join(folder, "engine.json");
  writeEngineFile(demo.running, file);
  const { world } = demo.cloud;
  const found = world.vaults.all().find(({ tags }) => tags.some(({ value }) => value === "weekly"));
  if (!found) throw new Error("the demo has no weekly vault");
  vault = found;
  for (const resource_id of resourcesOf(vault)) {
    const ages = [2, 26, 50, 74, 98].map((age) => age - (demo.engine.clock.now() - baseline_ms) / 3_600_000);
    backups.push(...addBackups({ world }, vault, ages, { resource_id }));
  }
  await ours(demo.ledger, vault, backups);
}, 60_000);
afterAll(async () => {
  await demo.stop();
  await rm(folder, { recursive: true });
});

/** The ages that addBackups is given count from here. */
const baseline_ms = Date.parse("2026-11-21T09:00:00Z");

test("the deployed functions prune a vault, with the grants of the template and the permissions of their roles", async () => {
  const scheduled_at = new Date(demo.engine.clock.now()).toISOString();
  await demo.engine.send("plan-prune", JSON.parse(pruneDue.create({ project: "demo", scheduled_at })));
  const kept = resourcesOf(vault).length * 2;
  const left = () =>
    (demo.cloud.world.backupsOfVault.get(vault.id)?.all() ?? []).filter(
      ({ status }) => status === "available",
    );
  await expect.poll(() => left().length, { timeout: 50_000, interval: 100 }).toBe(kept);
  const known = new Set(ids(backups));
  expect(ids(left()).filter((id) => !known.has(id))).toEqual([]);
  await expect
    .poll(
      async () =>
        (await vaultPruneRecord.read(demo.ledger, { project: "demo", vault_id: vault.id }))?.value.state,
      {
        timeout: 10_000,
      },
    )
    .toBe("closed");
  expect(events.filter(({ type }) => type === "denied" || type === "engine-problem")).toEqual([]);
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run operate -- …`, or another command, as a person would, in a process of its own. */
const operate = (...words: string[]) => run("operate", words);

function run(
  command: "operate" | "preview",
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const env = { ...process.env, VIGIL_ENGINE_FILE: file, NO_COLOR: "1", ...variables };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [`infra/commands/${command}.ts`, ...words],
      { env },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}

test("an operator's commands work on the running engine, from a process of their own", async () => {
  const [oldest] = backups.filter(({ status }) => status !== "available");
  const why = await operate("why", oldest?.id ?? "");
  expect(why.stderr).toBe("");
  expect(why.stdout).toMatch(/delete: .*newest 2/);
  expect(why.stdout).toMatch(/requested|gone/);
  expect((await operate("stop", "--reason", "incident 7")).stdout).toMatch(/Stopped\./);
  expect((await operate("resume")).stdout).toMatch(/Resumed\./);
  const held = await operate("hold", vault.id, "--reason", "audit");
  const id = /release-hold (\S+)/.exec(held.stdout)?.[1] ?? "";
  expect((await operate("release-hold", id)).stdout).toMatch(/is released/);
});

test("a preview of what the project has now: by the estate's rules, and by another policy", async () => {
  const ofVault = ["--project", "demo", "--vault", vault.id];
  const decide = async (...more: string[]) => {
    const { stdout, stderr } = await run("preview", [...ofVault, "--json", ...more]);
    expect(stderr).toBe("");
    const decisions = z.array(z.object({ action: z.string(), reasons: z.array(z.string()) }));
    return decisions.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  };
  const resources = resourcesOf(vault).length;
  const now = await decide();
  // What is being deleted may still be listed, and is no matter of retention.
  expect(now.filter(({ action }) => action === "expire")).toEqual([]);
  expect(now.filter(({ reasons }) => reasons.includes("among the newest 2"))).toHaveLength(resources * 2);
  const policy = join(folder, "newest.json");
  await writeFile(policy, JSON.stringify({ max_backups: 1 }));
  const other = await decide("--policy", policy);
  expect(other.filter(({ action }) => action === "expire")).toHaveLength(resources);

  const everything = await run("preview", ["--project", "demo", "--compare", policy, "--days", "2"]);
  expect(everything.stderr).toBe("");
  expect(everything.stdout).toMatch(/^Project demo, on the engine on this machine/);
  expect(everything.stdout).toMatch(/A = the estate's rules\nB = .*newest\.json/);
  expect((await run("preview", ["--project", "demo", "--vault", "nowhere"])).stderr).toBe(
    "error: project demo has no vault nowhere\n",
  );
});

/** How the SDKs of AWS reach the engine, as if it were a deployment. */
const asAws = (key = demo.running.access_key_id) => ({
  AWS_ENDPOINT_URL: demo.running.endpoint,
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: "local",
});

test("doctor finds nothing wrong with the running engine", async () => {
  const { code, stdout, stderr } = await operate("doctor");
  expect(stderr).toBe("");
  expect(stdout).toMatch(
    /^On the engine on this machine .*\nok {4}the ledger can be read\nok {4}11 queues are there\n/,
  );
  expect(stdout).toContain("vigil-demo-notifications has 1 confirmed subscriptions");
  expect(stdout).toContain("9 schedules are enabled, at the estate's times");
  expect(stdout).toContain("5 queues are worked on");
  expect(stdout).toMatch(/\nNothing is wrong\.\n$/);
  expect(code).toBe(0);
}, 60_000);

test("doctor examines a deployment over AWS's own calls; wrong credentials are one finding", async () => {
  const [project] = demo.estate.projects;
  const estate = {
    ...demo.estate,
    projects: [{ ...project, instances: { ...project?.instances, phones: {} } }],
  };
  const path = join(folder, "estate.json");
  await writeFile(path, JSON.stringify(estate));
  const words = ["doctor", "--region", demo.running.region, "--estate", path];
  const deployment = await run("operate", words, asAws());
  expect(deployment.stderr).toBe("");
  expect(deployment.stdout.split("\n").filter((line) => line.startsWith("WRONG"))).toEqual([
    expect.stringMatching(
      /^WRONG vigil-demo-notifications: alarms and reports reach nobody; aws sns subscribe /,
    ),
  ]);
  expect(deployment.code).toBe(1);
  expect(await run("operate", words, asAws("somebody"))).toEqual({
    ...{ code: 1, stderr: "" },
    stdout: expect.stringMatching(
      /^On the deployment vigil-demo:\nWRONG AWS does not accept the credentials of this shell .*\n1 thing is wrong\.\n$/,
    ),
  });
}, 60_000);

test("what is wrong is one sentence on stderr and an exit code", async () => {
  expect(await operate("approve", "beef")).toEqual({
    ...{ code: 1, stdout: "" },
    stderr: expect.stringMatching(/^error: no plan has the hash beef; .*\n$/),
  });
  expect((await operate("rerun", "nowhere")).stderr).toMatch(
    /^error: the ledger knows no slot of a vault nowhere/,
  );
  expect((await operate("rerun")).stderr).toMatch(/^error: missing required argument/);
  const { region } = demo.running;
  const aws = asAws();
  expect((await run("operate", ["stop", "--region", region, "--stack", "elsewhere"], aws)).stderr).toMatch(
    /^error: the deployment elsewhere is not there, or not whole: .*; name another with --region/,
  );
  // The stop flag needs only the table; resume would leave out vaults if it took another estate for the deployment's.
  expect((await run("operate", ["resume", "--region", region, "--stack", "vigil-demo"], aws)).stderr).toBe(
    "error: this needs the estate of vigil-demo; name its file with --estate\n",
  );
  removeEngineFile(file);
  expect(readEngineFile(file)).toBeUndefined();
  expect((await operate("stop")).stderr).toMatch(
    /^error: no engine runs on this machine and no deployment is named/,
  );
});
