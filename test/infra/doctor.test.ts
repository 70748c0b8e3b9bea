import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { doctor, doctorLines, type Finding } from "../../infra/commands/operate/doctor.ts";
import type { Place } from "../../infra/commands/place/place.ts";
import { atStandIn, demoProject, demoSecret } from "../../infra/estate.demo.ts";
import { createDemoWorld } from "../../infra/local/provider/demo/demo.ts";
import { startProvider } from "../../infra/local/provider/server.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import { roleActions } from "../../infra/provider-policies/policies.ts";
import { roles } from "../../shared/estate/secrets.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { systemClock } from "../../shared/runtime/clock.ts";

type Clinic = Awaited<ReturnType<typeof clinic>>;

/** A deployment in the hands of a test: the stand-in cloud over a socket, a ledger in memory, secrets in a map. */
async function clinic() {
  const clock = systemClock;
  const demo = createDemoWorld({ seed: 5, vaults: 20, now_ms: clock.now(), actions: roleActions() });
  const cloud = createCloud({ world: demo.world, clock, seed: 5 });
  const server = await startProvider({ cloud, port: 0 });
  const { id: project_id, domain_id: account_id } = demo.identities.project;
  const secrets = new Map(
    roles.map((role) => {
      const { ak, sk } = demo.identities.roles[role];
      return [demoSecret(role), JSON.stringify({ kind: "aksk", ak, sk })];
    }),
  );
  const place: Place = {
    name: "a test",
    clock,
    estate: atStandIn(
      { ...demoProject, rates: { hss: { calls: 100, per_seconds: 60 } } },
      { url: server.url, project_id, account_id },
    ),
    ledger: memoryLedger(clock.now),
    queue: async () => ({ send: async () => {} }),
    readSecret: async (name) => secrets.get(name) ?? "",
    close: () => {},
  };
  return { demo, cloud, server, secrets, place };
}

let now: Clinic;
beforeEach(async () => {
  now = await clinic();
});
afterEach(() => now.server.close());

const wrong = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state === "wrong").map(({ text }) => text);

describe("doctor", () => {
  test("finds nothing wrong where nothing is, and says what cannot be tried", async () => {
    const findings = await doctor(now.place);
    expect(wrong(findings)).toEqual([]);
    expect(doctorLines(findings).at(-1)).toBe("Nothing is wrong.");
    expect(findings.filter(({ state }) => state === "look").map(({ text }) => text.split(" is ")[0])).toEqual(
      [
        "demo: instances: koophone:cloudphoneResource:instanceBackup",
        "demo: instances: cbr:policies:create",
        "demo: instances: hss:backupPolicy:set",
      ],
    );
    expect(findings.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^demo: rule nightly selects \d+ of 20 vaults, 6 more cannot be backed up now$/),
    );
  });

  test("changes nothing at the provider", async () => {
    const calls: string[] = [];
    now.cloud.calls.onCall(({ effect, operation = "", method }) => {
      if (effect && method !== "GET") calls.push(operation);
    });
    await doctor(now.place);
    expect(calls).toEqual([]);
  });

  test.each([
    ["observe", "cbr:vaults:list"],
    ["checkpoint", "cbr:vaults:backup"],
    ["prune", "cbr:backups:delete"],
    ["instances", "dbss:auditInstance:setBackupSwitch"],
  ] as const)("names what the user of %s is not permitted: %s", async (role, action) => {
    const user = [...now.demo.world.users.values()].find(({ name }) => name === role);
    if (user) user.allowed = user.allowed.filter((each) => each !== action);
    expect(wrong(await doctor(now.place))).toContain(
      `demo: ${role}: ${action} is not permitted; give its user the policy docs/provider-policies/${role}.json`,
    );
  });

  test("tells a secret that is none from a key that is not accepted, and quotes neither", async () => {
    const { ak } = now.demo.identities.roles.prune;
    now.secrets.set(demoSecret("prune"), JSON.stringify({ kind: "aksk", ak, sk: "oldSecretKey" }));
    now.secrets.set(demoSecret("checkpoint"), "plainTextSecret");
    const found = wrong(await doctor(now.place));
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      /^demo: checkpoint: the secret vigil\/demo\/checkpoint cannot be used: .*not JSON/,
    );
    expect(found[1]).toMatch(/^demo: prune: the credential in vigil\/demo\/prune is not accepted: .*401/);
    expect(found.join()).not.toMatch(/oldSecretKey|plainTextSecret/);
  });

  test("says that an endpoint cannot be reached, once for each role", async () => {
    await now.server.close();
    const found = wrong(await doctor(now.place));
    expect(found.filter((text) => text.includes("cannot be reached"))).toHaveLength(4);
  });

  test("sees a clock that is wrong", async () => {
    const clock = { ...systemClock, wall: () => systemClock.wall() + 400_000 };
    expect(wrong(await doctor({ ...now.place, clock }))).toEqual([
      expect.stringMatching(/^demo: the clock here and the provider's differ by \d+ s; set the clock by NTP/),
    ]);
  });

  test("sees a rule that selects nothing and one that names vaults that are not there", async () => {
    const [project] = now.place.estate.projects;
    if (!project) throw new Error("the demo has a project");
    const rules = project.checkpoints.map((rule) => ({ ...rule, select: { vault_ids: ["gone"] } }));
    const estate = { ...now.place.estate, projects: [{ ...project, checkpoints: rules }] };
    expect(wrong(await doctor({ ...now.place, estate }))).toEqual([
      expect.stringContaining("rule nightly selects 0 of 20 vaults"),
      "demo: rule nightly names vaults that are not there: gone",
    ]);
  });
});
