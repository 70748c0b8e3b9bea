import { afterEach, beforeEach, expect, test } from "vitest";
import { definition as planning } from "../../functions/plan-checkpoints/definition.ts";
import { planCheckpoints } from "../../functions/plan-checkpoints/job.ts";
import { definition as settling } from "../../functions/settle-checkpoints/definition.ts";
import { settleCheckpoints } from "../../functions/settle-checkpoints/job.ts";
import { createDemoWorld, type Demo } from "../../infra/local/provider/demo/demo.ts";
import { type RunningProvider, startProvider } from "../../infra/local/provider/server.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import { ProviderError } from "../../shared/api/provider-error.ts";
import { systemClock } from "../../shared/core/clock.ts";
import { systemRandom } from "../../shared/core/random.ts";
import { type Estate, estateSchema } from "../../shared/estate/estate.ts";
import { providerConnections } from "../../shared/lambda/provider.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import type { Notification } from "../../shared/publish/publisher.ts";
import type { Message } from "../../shared/queue/queue.ts";
import { ledgerBudget } from "../../shared/rate/budget.ts";
import { jobDeps } from "../support/job-deps.ts";

const due = "2026-11-21T01:00:00Z";
const clock = { ...systemClock, now: () => Date.parse(due) };

let demo: Demo;
let server: RunningProvider;
let estate: Estate;
let secrets: Map<string, string>;
let secretsRead: string[];

beforeEach(async () => {
  demo = createDemoWorld({ seed: 3, now_ms: clock.now(), vaults: 8 });
  server = await startProvider({ cloud: createCloud({ world: demo.world, clock, seed: 3 }), port: 0 });
  const { identities } = demo;
  secrets = new Map([
    ["demo", accessKey(identities.roles.observe)],
    ["other", accessKey(identities.otherAdmin)],
  ]);
  secretsRead = [];
  estate = estateSchema.parse({
    name: "two",
    projects: [projectOf("demo", identities.project), projectOf("other", identities.other)],
  });
});
afterEach(() => server.close());

const accessKey = ({ ak, sk }: { ak: string; sk: string }) => JSON.stringify({ kind: "aksk", ak, sk });

function projectOf(name: string, { id, domain_id }: { id: string; domain_id: string }) {
  return {
    name,
    region: "eu-de",
    project_id: id,
    account_id: domain_id,
    endpoints: { cbr: server.url },
    timezone: "UTC",
    secrets: { observe: name, checkpoint: name, prune: name, instances: name },
    checkpoints: [
      {
        name: "nightly",
        select: { tags: { all: ["backup=nightly"] } },
        schedule: { cron: "0 1 * * *" },
        deadline_minutes: 240,
        recovery_point_objective_hours: 26,
      },
    ],
  };
}

/** A deployment, as the functions are wired: secrets by name, one budget per project in the ledger. */
function deployment() {
  const ledger = memoryLedger(clock.now);
  const messages: Message[] = [];
  const notifications: Notification[] = [];
  const provider = providerConnections({
    role: "observe",
    clock,
    random: systemRandom,
    readSecret: async (name) => {
      secretsRead.push(name);
      return secrets.get(name) ?? "";
    },
    budget: ({ name, rates }) => ledgerBudget({ ledger, clock, random: systemRandom, project: name, rates }),
  });
  const deps = {
    ...jobDeps({ clock, estate }),
    ledger,
    deployment: "test",
    queueOf: () => ({ send: async (sent: readonly Message[]) => void messages.push(...sent) }),
    publisher: { notify: async (notification: Notification) => void notifications.push(notification) },
  };
  return {
    notifications,
    plan: (project: string) =>
      planCheckpoints(
        { project, rule: "nightly", scheduled_at: due },
        { ...deps, provider: (of) => provider(of, planning.provider.operations) },
      ),
    settle: (report: (name: string, error: unknown) => void = () => undefined) =>
      settleCheckpoints(
        { scheduled_at: due },
        {
          ...deps,
          provider: (of) => provider(of, settling.provider.operations),
          report: (project, error) => report(project.name, error),
        },
      ),
  };
}

test("two projects of two accounts are planned in one deployment, each with its own credential", async () => {
  const { plan } = deployment();
  expect(await plan("demo")).toMatchObject({ fresh: true, selected: 4 });
  expect(await plan("other")).toMatchObject({ fresh: true, selected: 0 });
  expect(secretsRead.sort()).toEqual(["demo", "other"]);
});

test("a project whose credential the provider refuses fails loudly, and the secret is in no message", async () => {
  secrets.set("other", accessKey({ ak: "WRONGWRONGWRONGWRONG", sk: "injected-secret-key" }));
  const { plan } = deployment();
  await plan("demo");
  const refused = await plan("other").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProviderError);
  expect(String(refused)).not.toContain("injected-secret-key");
});

test("a project whose credential is wrong is settled alone, told of once, and cleared when it is fixed", async () => {
  secrets.set("other", "not JSON");
  const { plan, settle, notifications } = deployment();
  await plan("demo");
  const failed: string[] = [];
  expect(await settle((name) => failed.push(name))).toMatchObject({ demo: { open: 4 }, other: "failed" });
  await settle();
  expect(failed).toEqual(["other"]);
  expect(notifications.map(({ attributes }) => attributes.cause)).toEqual(["project-unreachable"]);

  secrets.set("other", accessKey(demo.identities.otherAdmin));
  expect(await settle()).not.toMatchObject({ other: "failed" });
  expect(notifications.at(-1)?.attributes).toMatchObject({ cause: "project-unreachable", state: "cleared" });
});

test("a credential that was changed is read again once, and the call goes on", async () => {
  const right = secrets.get("demo") ?? "";
  secrets.set("demo", accessKey({ ak: "OLDOLDOLDOLDOLDOLDOL", sk: "old" }));
  const { plan } = deployment();
  await expect(plan("demo")).rejects.toThrow(ProviderError);
  secrets.set("demo", right);
  expect(await plan("demo")).toMatchObject({ fresh: true, selected: 4 });
});
