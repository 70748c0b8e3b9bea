import { readFileSync } from "node:fs";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { reportGap_hours } from "../../infra/stack/watching/watching.ts";
import { estateSchema } from "../../shared/estate/estate.ts";
import { metrics } from "../../shared/lambda/measures.ts";
import { exampleEstate } from "./example-estate.ts";
import { exampleTemplate } from "./example-template.ts";

let template: Template;

beforeAll(async () => {
  ({ template } = await exampleTemplate());
});

const alarmSchema = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()),
  OKActions: z.array(z.unknown()),
  Namespace: z.string(),
  MetricName: z.string(),
  Period: z.number(),
  EvaluationPeriods: z.number(),
  TreatMissingData: z.enum(["breaching", "notBreaching"]),
});

const alarms = () =>
  Object.values(template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) =>
    alarmSchema.parse(Properties),
  );

const runbook = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");
const sections = new Map(
  runbook.split(/^## /m).map((section) => {
    const [title = "", ...text] = section.split("\n");
    return [title.trim(), text.join("\n")];
  }),
);

describe("every alarm", () => {
  test("names a section of the runbook that exists, says something, and holds a command or leads to one", () => {
    for (const { AlarmName, AlarmDescription } of alarms()) {
      const section = /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1] ?? "";
      expect(AlarmName).toContain(`vigil-test-${section}-`);
      const text = sections.get(section) ?? "";
      expect(text.length, section).toBeGreaterThan(150);
      expect(text, section).toMatch(/`(aws|operate) |\n(aws|operate) |\]\(#/);
    }
  });

  test("tells the notification topic when it begins and when it is over", () => {
    const [topic] = Object.keys(template.findResources("AWS::SNS::Topic"));
    for (const { AlarmActions, OKActions } of alarms()) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
    template.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "sns:Publish",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
          }),
        ]),
      },
    });
  });

  test("of our own reads a metric that the functions write", () => {
    const own = alarms().filter(({ Namespace }) => Namespace === "Vigil");
    const known = Object.keys(metrics);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ MetricName }) => !known.includes(MetricName))).toEqual([]);
  });

  test("looks back no further than CloudWatch can: a day, or a week in whole hours", () => {
    for (const { Period, EvaluationPeriods } of alarms())
      expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3600 ? 86_400 : 604_800);
  });
});

test("each project has every alarm, each queue its own", () => {
  const names = alarms().map(({ AlarmName }) => AlarmName);
  expect(new Set(names).size).toBe(names.length);
  const of = (project: string) =>
    names.filter((name) => name.endsWith(`-${project}`)).map((name) => name.slice(0, -project.length));
  expect(of("alpha").length).toBeGreaterThanOrEqual(10);
  expect(of("alpha")).toEqual(of("beta"));
  const queues = Object.values(template.findResources("AWS::SQS::Queue"));
  const working = queues.filter(({ Properties }) => Properties.RedrivePolicy).length;
  expect(names.filter((name) => name.includes("-dead-letters-"))).toHaveLength(queues.length - working);
  expect(names.filter((name) => name.includes("-queue-stalled-"))).toHaveLength(working);
});

test("silence rings where silence is the failure, and nowhere else", () => {
  const silent = alarms().filter(({ TreatMissingData }) => TreatMissingData === "breaching");
  expect(silent.map(({ AlarmName }) => AlarmName).sort()).toEqual([
    "vigil-test-report-missing-alpha",
    "vigil-test-report-missing-beta",
    "vigil-test-settling-silent-alpha",
    "vigil-test-settling-silent-beta",
  ]);
});

test.each([
  ["0 8 * * *", 24],
  ["0 8 * * MON-FRI", 72],
  ["0 8 * * MON", 168],
])("a report at %s may be missing for %i hours before that is alarming", (cron, hours) => {
  const estate = estateSchema.parse({
    ...exampleEstate,
    report: { schedule: { cron, timezone: "UTC" } },
  });
  expect(reportGap_hours(estate)).toBe(hours);
});

test("the runbook names commands for operators that there are", () => {
  const commands = readFileSync(new URL("../../infra/commands/operate.ts", import.meta.url), "utf8");
  const there = [...commands.matchAll(/add\(\s*program,\s*"([a-z-]+)/g)].map(([, name]) => name);
  const named = [...runbook.matchAll(/[`\n]operate ([a-z-]+)/g)].map(([, name]) => name);
  expect(there).toEqual(expect.arrayContaining([...new Set(named)]));
  expect(new Set(named).size).toBeGreaterThan(4);
});

test("the runbook says how to restore", () => {
  expect(sections.get("Restoring a resource")).toMatch(/RestoreBackup .*backup_id/);
});

test("the dashboard shows the alarms, each project and the queues", () => {
  const [dashboard] = Object.values(template.findResources("AWS::CloudWatch::Dashboard"));
  const body = JSON.stringify(dashboard);
  for (const text of ["OldestUncovered", "ApiLatency", "alpha: slots", "beta: slots", "Messages waiting"])
    expect(body).toContain(text);
});
