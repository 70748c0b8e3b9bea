import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { demoSecret } from "../../infra/estate/demo.ts";
import { metrics } from "../../shared/lambda/measures.ts";
import { wholeNight } from "./fixtures/whole-night.ts";

type Night = Awaited<ReturnType<typeof wholeNight>>;

let night: Night;
let everything: string;
/** Injected where a wrong secret would be: they must not be quoted by what complains of them. */
const wrong = { sk: "wrongSecretKey0123456789abcdefghijklmnop", text: "notJsonButSecretAllTheSame" };

const toldOf = (what: RegExp) => () => what.test(JSON.stringify(night.told));

/** What goes wrong is logged: a secret that is no JSON, and a key that the provider refuses. */
async function pruneWithWrongSecrets(): Promise<void> {
  const name = demoSecret("observe");
  night.secrets.set(name, wrong.text);
  expect((await night.prune()).ok).toBe(false);
  const { ak, sk } = night.demo.identities.roles.observe;
  night.secrets.set(name, JSON.stringify({ kind: "aksk", ak, sk: wrong.sk }));
  expect((await night.prune()).ok).toBe(false);
  // Keys that are right again are taken up without a new start.
  night.secrets.set(name, JSON.stringify({ kind: "aksk", ak, sk }));
}

beforeAll(async () => {
  night = await wholeNight();
  await night.well(night.plan);
  await night.again(night.settle, toldOf(/night (settled|with failures)/));
  await pruneWithWrongSecrets();
  await night.again(night.prune, toldOf(/BackupsExpired/));
  await night.well(night.report);
  everything = (await night.everything()).join("\n");
}, 240_000);
afterAll(() => night.close());

describe("after a night with every kind of credential", () => {
  test("there is something to search: ledger, reports, logs, metrics and errors", () => {
    expect(everything).toContain("vigil-20261121T010000Z");
    expect(everything).toContain("<!doctype html>");
    expect(everything).toContain('\\"CloudWatchMetrics\\"');
    expect(everything).toContain("the provider's secret is not JSON");
    expect(night.cloud.world.tokens.size).toBeGreaterThan(0);
  });

  test("no access key, secret key, password or token is in any of it", () => {
    const { roles } = night.demo.identities;
    const injected = [
      ...Object.values(roles).flatMap(({ ak, sk, password }) => [ak, sk, password]),
      ...night.cloud.world.tokens.keys(),
      ...Object.values(wrong),
    ];
    expect(injected.length).toBeGreaterThan(12);
    expect(injected.filter((secret) => everything.includes(secret))).toEqual([]);
  });

  test("every metric of the night was written, by project, in the embedded format", () => {
    const written = new Set(night.told.flatMap(metricsOf));
    // Of the public address, which nobody called and which knows of no project; and of lists, which held nothing odd.
    const ofOtherNights = new Set(["NotificationsTaken", "NotificationsRefused", "ItemsUnreadable"]);
    const names = Object.keys(metrics).filter((name) => !ofOtherNights.has(name));
    const expected = names.map((name) => `demo ${name}`);
    expect(expected.filter((name) => !written.has(name))).toEqual([]);
  });
});

const embedded = z.object({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.literal("Vigil"),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
  service: z.literal("vigil"),
  project: z.string(),
});

/** The metrics of a log line, each as `project name`; none when the line is not in the embedded format. */
function metricsOf(event: Night["told"][number]): string[] {
  if (event.type !== "log" || !event.line.startsWith("{")) return [];
  const parsed = embedded.safeParse(JSON.parse(event.line));
  if (!parsed.success) return [];
  const { _aws, project } = parsed.data;
  return _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => `${project} ${Name}`));
}
