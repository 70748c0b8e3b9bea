import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Annotations, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { stackWithoutCode } from "../../infra/commands/operate/expected.ts";
import { LONGEST_NAMES, physicalName, stackNameOf } from "../../infra/stack/names.ts";
import { createApp } from "../../infra/stack/synthesize.ts";
import { type Estate, estateSchema } from "../../shared/estate/estate.ts";
import { exampleEstate } from "./example-estate.ts";

/** Any name that an estate may give, and often one that is mostly hyphens or as long as it may be. */
const slug = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  fc.stringMatching(/^[ab](-[ab]){0,3}$/),
  fc.stringMatching(/^[a-z][a-z0-9-]{31}$/),
);

describe("a name", () => {
  const kinds = [
    "function",
    "schedule",
    "queue",
    "alarm",
    "dashboard",
    "table",
    "topic",
    "logGroup",
  ] as const;

  test("is never longer than AWS accepts, and of characters that it accepts", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), slug, slug, slug, (kind, estate, project, rule) => {
        for (const whose of [[], [project], [project, rule]]) {
          const name = physicalName(`vigil-${estate}`, kind, "discover-instances", whose);
          expect(name.length).toBeLessThanOrEqual(LONGEST_NAMES[kind]);
          expect(name).toMatch(/^[a-z][a-z0-9_-]*$/);
        }
      }),
    );
  });

  test("is that of one project and rule only", () => {
    const pair = fc.tuple(slug, slug);
    fc.assert(
      fc.property(fc.constantFrom(...kinds), slug, pair, pair, (kind, estate, a, b) => {
        fc.pre(a.join() !== b.join());
        const of = (whose: readonly string[]) => physicalName(`vigil-${estate}`, kind, "night", whose);
        expect(of(a)).not.toBe(of(b));
      }),
    );
    const of = (...whose: string[]) => physicalName("vigil-test", "schedule", "night", whose);
    expect(of("a", "b-c")).not.toBe(of("a-b", "c"));
  });

  test("says in words whose it is", () => {
    expect(physicalName("vigil-test", "schedule", "night", ["alpha", "nightly"])).toBe(
      "vigil-test-night-alpha-nightly",
    );
    expect(physicalName("vigil-test", "schedule", "night", ["a-b", "c"])).toMatch(
      /^vigil-test-night-a-b-c_[0-9a-f]{10}$/,
    );
  });
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-names-"));
  await mkdir(join(folder, "code"));
  await writeFile(join(folder, "code", "index.mjs"), "export const handler = () => {};");
});
afterAll(() => rm(folder, { recursive: true }));

const [first] = exampleEstate.projects;
const [rule] = first?.checkpoints ?? [];

function estateOf(name: string, projects: Readonly<Record<string, readonly string[]>>): Estate {
  return estateSchema.parse({
    name,
    projects: Object.entries(projects).map(([project, rules], index) => ({
      ...first,
      name: project,
      project_id: `project${index}`,
      prune: { schedule: { cron: "0 9 * * *" } },
      checkpoints: rules.map((each, hour) => ({
        ...rule,
        name: each,
        schedule: { cron: `0 ${hour} * * *` },
      })),
    })),
  });
}

const named = z.object({
  Type: z.string(),
  Properties: z.looseObject({ Name: z.string().optional(), AlarmName: z.string().optional() }).default({}),
});

describe("a stack", () => {
  const longest = (letter: string) => `${letter}-`.repeat(16);

  test("of the longest legal names passes CDK's own validation, and no two resources share a name", () => {
    const projects = {
      [longest("p")]: [longest("r"), longest("s")],
      [longest("q")]: [longest("r")],
      a: ["b-c", "b"],
      "a-b": ["c", "b-c"],
    };
    const estate = estateOf(longest("e"), projects);
    const [output, code] = [join(folder, "longest"), join(folder, "code")];
    const { app, stack } = stackWithoutCode(output, code, estate, stackNameOf(estate));
    const template = Template.fromStack(stack);
    const names = Object.values(template.toJSON().Resources)
      .map((resource) => named.parse(resource))
      .map(({ Type, Properties }) => `${Type} ${Properties.Name ?? Properties.AlarmName ?? ""}`)
      .filter((name) => /(Schedule|Alarm) ./.test(name));
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
    app.synth();
  });
});

describe("the synthesis fails", () => {
  test("when CloudFormation would refuse the template", () => {
    const app = createApp(join(folder, "refused"));
    new scheduler.CfnSchedule(new Stack(app, "Refused"), "Schedule", {
      name: "x".repeat(65),
      scheduleExpression: "rate(5 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: "arn:aws:lambda:eu-central-1:123456789012:function:x",
        roleArn: "arn:aws:iam::123456789012:role/x",
      },
    });
    expect(() => app.synth()).toThrow(/length 65 exceeds maximum 64/);
  });

  test("when a construct reports an error", () => {
    const app = createApp(join(folder, "reported"));
    Annotations.of(new Stack(app, "Reported")).addError("this cannot be deployed");
    expect(() => app.synth()).toThrow(/this cannot be deployed/);
  });
});
