import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { doctor as examine } from "../../infra/commands/operate/doctor.ts";
import { type Expected, expectedOf } from "../../infra/commands/operate/expected.ts";
import { doctorLines, type Finding } from "../../infra/commands/operate/finding.ts";
import type { Deployed } from "../../infra/commands/place/deployed.ts";
import type { Place } from "../../infra/commands/place/place.ts";
import { atStandIn, demoEstate, demoProject, demoSecret } from "../../infra/estate/demo.ts";
import { createDemoWorld } from "../../infra/local/provider/demo/demo.ts";
import { startProvider } from "../../infra/local/provider/server.ts";
import { createCloud } from "../../infra/local/provider/service.ts";
import { roleActions } from "../../infra/tools/docs/provider-policies.ts";
import { placeHold } from "../../shared/control/hold.ts";
import { systemClock } from "../../shared/core/clock.ts";
import { roles } from "../../shared/estate/secrets.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { deployedAs } from "../support/deployed.ts";

/** The deployment that the demo's estate describes: made once, it is the same for every test. */
let expected: Expected;
beforeAll(async () => {
  expected = await expectedOf(demoEstate(), "vigil-demo");
});

const doctor = (place: Place) => examine(place, async () => expected);

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
    ...{ name: "a test", stack: "vigil-demo", deployed: deployedAs(expected) },
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
        expect.stringMatching(/^demo: the lock of vault-shop-11 /),
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

  test("says once that the provider cannot be reached", async () => {
    await now.server.close();
    const found = wrong(await doctor(now.place));
    expect(found).toEqual([
      expect.stringMatching(/^demo: http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*; check /),
    ]);
  });

  test("says once that a role's key is not accepted, though more was to be asked with it", async () => {
    const { ak } = now.demo.identities.roles.observe;
    now.secrets.set(demoSecret("observe"), JSON.stringify({ kind: "aksk", ak, sk: "oldSecretKey" }));
    expect(wrong(await doctor(now.place))).toEqual([
      expect.stringMatching(/^demo: observe: the credential in vigil\/demo\/observe is not accepted: /),
    ]);
  });

  test("says once that the secrets may not be read", async () => {
    const denied = Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
    const readSecret = () => Promise.reject(denied);
    expect(wrong(await doctor({ ...now.place, readSecret }))).toEqual([
      expect.stringMatching(
        /^demo: the secrets vigil\/demo\/observe, .*instances cannot be read by your AWS user; allow it /,
      ),
    ]);
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
      "demo: rule nightly names vaults that are not there: gone; take them out of the estate",
    ]);
  });
});

describe("what is deployed", () => {
  const examined = (changed: Partial<Deployed>) =>
    doctor({ ...now.place, deployed: deployedAs(expected, changed) });
  const found = async (changed: Partial<Deployed>) => wrong(await examined(changed));
  const looks = async (changed: Partial<Deployed>) =>
    (await examined(changed)).filter(({ state }) => state === "look").map(({ text }) => text);

  test("is counted when it is as the estate's template says", async () => {
    expect((await examined({})).map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        "11 queues are there",
        "vigil-demo-notifications has 1 confirmed subscriptions",
        "8 schedules are enabled, at the estate's times",
        "5 queues are worked on",
        expect.stringMatching(/^the account may run 1000 functions at once, this deployment's at most \d+$/),
      ]),
    );
  });

  const well = () => deployedAs(expected);

  test.each<readonly [string, () => Partial<Deployed>, readonly (string | RegExp)[]]>([
    [
      "a queue that is not there",
      () => ({ queue: async (name) => (name.endsWith("-hosts") ? undefined : well().queue(name)) }),
      ["queues not there: vigil-demo-hosts; deploy the estate"],
    ],
    [
      "dead letters",
      () => ({
        queue: async (name) => ({
          arn: `arn:aws:sqs:r:1:${name}`,
          waiting: name.endsWith("audits-dead") ? 3 : 0,
        }),
      }),
      [
        "3 messages lie in vigil-demo-audits-dead: what they ask for was not done; see docs/runbook.md#dead-letters",
      ],
    ],
    [
      "that nobody is told",
      () => ({ subscriptions: async () => [] }),
      [
        "vigil-demo-notifications: alarms and reports reach nobody; aws sns subscribe --topic-arn arn:aws:sns:eu-central-1:123456789012:vigil-demo-notifications --protocol email --notification-endpoint YOU",
      ],
    ],
    [
      "a subscription that nobody has confirmed",
      () => ({ subscriptions: async () => [{ endpoint: "you@example.org", confirmed: false }] }),
      [
        /^vigil-demo-notifications: alarms and reports reach nobody: subscription of you@example.org not confirmed: /,
      ],
    ],
    [
      "schedules that do not fire, are gone, or are not the estate's",
      () => ({
        async schedule(name) {
          if (name.endsWith("-report")) return undefined;
          const there = await well().schedule(name);
          if (there && name.endsWith("-settle-checkpoints")) return { ...there, state: "DISABLED" };
          return there && name.endsWith("-nightly") ? { ...there, expression: "cron(0 2 * * ? *)" } : there;
        },
      }),
      [
        /^schedule vigil-demo-night-demo-nightly fires by cron\(0 2 \* \* \? \*\) in Europe\/Berlin, the estate says cron\(0 1 /,
        /^schedule vigil-demo-settle-checkpoints is DISABLED and does not fire; enable it /,
        "schedules not there: vigil-demo-report; deploy the estate",
      ],
    ],
    [
      "queues that nobody works on",
      () => ({
        async mappings(name) {
          if (name.endsWith("-prune-vault")) return [];
          const state = name.endsWith("-create-checkpoint") ? "Disabled" : "Enabled";
          return (await well().mappings(name)).map((mapping) => ({ ...mapping, state }));
        },
      }),
      [
        /^vigil-demo-create-checkpoint does not work on vigil-demo-checkpoints: the event source mapping is Disabled; aws lambda /,
        "vigil-demo-prune-vault does not work on vigil-demo-prune: there is no event source mapping; deploy the estate",
      ],
    ],
    [
      "a function that somebody has throttled to nothing",
      () => ({ reserved: async (name) => (/prune-vault|ingest/.test(name) ? 0 : undefined) }),
      [
        "vigil-demo-prune-vault never runs: its reserved concurrency was set to 0; aws lambda delete-function-concurrency --function-name vigil-demo-prune-vault, or deploy the estate",
      ],
    ],
  ])("shows %s", async (_, changed, texts) => {
    const all = await found(changed());
    expect(all.sort()).toEqual(
      texts.map((text) => (typeof text === "string" ? text : expect.stringMatching(text))),
    );
  });

  test("shows what is not wrong and yet worth a look", async () => {
    const half = [
      { endpoint: "you@example.org", confirmed: true },
      { endpoint: "pager@example.org", confirmed: false },
    ];
    expect((await looks({ subscriptions: async () => half }))[0]).toMatch(
      /subscription of pager@example.org not confirmed/,
    );
    expect((await looks({ unreserved: async () => 10 }))[0]).toMatch(
      /^the account may run 10 functions at once, .*; ask for more /,
    );
    const denied = () => Promise.reject(new Error("not authorized to perform: scheduler:GetSchedule"));
    expect((await looks({ schedule: denied }))[0]).toMatch(
      /^schedules could not be examined: .*GetSchedule; your AWS user /,
    );
  });

  test.each([
    [
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      /^AWS does not accept the credentials of this shell \(The security token/,
    ],
    [
      "ExpiredTokenException",
      "expired",
      /^AWS does not accept the credentials .* aws sts get-caller-identity/,
    ],
    [
      "CredentialsProviderError",
      "Could not load credentials from any providers",
      /^AWS does not accept the credentials/,
    ],
    ["Error", "Region is missing", /^no AWS region is named; give --region/],
    ["TimeoutError", "connection timed out", /^AWS cannot be reached \(connection timed out\)/],
    [
      "ResourceNotFoundException",
      "no such table",
      /^a test is not there: it has no ledger; deploy it, or name another/,
    ],
  ])("is one finding when AWS answers %s", async (name, message, text) => {
    const read = () => Promise.reject(Object.assign(new Error(message), { name }));
    const refused = { ...now.place, ledger: { ...now.place.ledger, read } };
    expect(wrong(await doctor(refused))).toEqual([expect.stringMatching(text)]);
  });
});

describe("what protects", () => {
  test("is told of holds: those that hold something, and those on an id that nothing bears", async () => {
    const { ledger } = now.place;
    const [vault] = now.demo.world.vaults.all();
    const [backup] = now.demo.world.backups.all();
    const [resource_id = ""] = vault?.resources.keys() ?? [];
    const targets = [vault?.id, resource_id, backup?.id, "nobody-bears-this"];
    for (const [index, target] of targets.entries())
      await placeHold(ledger, { id: `hold-${index}`, target: target ?? "", reason: "", placed_at_ms: 0 });
    const findings = await doctor(now.place);
    expect(wrong(findings)).toEqual([
      expect.stringMatching(
        /^hold hold-3 protects nothing: .* bears the id nobody-bears-this; .* operate release-hold hold-3$/,
      ),
    ]);
    expect(findings.map(({ text }) => text)).toContain("3 holds protect something");
  });

  test("is told of locks, which do not keep what rules make", async () => {
    const locks = async () =>
      (await doctor(now.place)).filter(({ text }) => /does not protect the checkpoints/.test(text));
    const locked = now.demo.world.vaults.all().filter((vault) => vault.locked);
    expect(await locks()).toEqual([
      { state: "look", text: expect.stringContaining(locked.map(({ id }) => id).join()) },
    ]);
    for (const vault of locked) vault.locked = false;
    expect(await locks()).toEqual([]);
  });
});
