import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { exampleTemplate } from "./example-template.ts";
import { scheduleSchema } from "./template-schemas.ts";

let template: Template;

beforeAll(async () => {
  ({ template } = await exampleTemplate());
});

const arnOf = (start: string) => ({ "Fn::GetAtt": [Match.stringLikeRegexp(`^${start}`), "Arn"] });

test("the only address that anybody may call is that of ingest-notification", () => {
  const notified = arnOf("FoundationingestnotificationFunction");
  template.resourceCountIs("AWS::Lambda::Url", 1);
  // The provider cannot sign as AWS asks; who sent a message is checked by the function, by the message's own signature.
  template.hasResourceProperties("AWS::Lambda::Url", { AuthType: "NONE", TargetFunctionArn: notified });
  // It can use up only what is set apart for it: nothing, in an estate that names no topic.
  const reserved = Object.values(template.findResources("AWS::Lambda::Function")).filter(
    ({ Properties }) => Properties.ReservedConcurrentExecutions !== undefined,
  );
  expect(reserved.map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({
      FunctionName: "vigil-test-ingest-notification",
      ReservedConcurrentExecutions: 0,
    }),
  ]);
  template.resourceCountIs("AWS::Lambda::Permission", 2);
  template.allResourcesProperties("AWS::Lambda::Permission", { FunctionName: notified, Principal: "*" });
  template.hasResourceProperties("AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunctionUrl",
    FunctionUrlAuthType: "NONE",
  });
  template.hasResourceProperties("AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    InvokedViaFunctionUrl: true,
  });
});

const invokeConfigSchema = z.object({
  Properties: z.object({ FunctionName: z.object({ Ref: z.string() }), MaximumEventAgeInSeconds: z.number() }),
});

test("whatever a schedule's function could not do is kept where an alarm sees it, and not tried for ever", () => {
  template.allResourcesProperties("AWS::Lambda::EventInvokeConfig", {
    DestinationConfig: { OnFailure: { Destination: arnOf("FoundationUndelivered") } },
  });
  const configs = Object.values(template.findResources("AWS::Lambda::EventInvokeConfig")).map(
    (each) => invokeConfigSchema.parse(each).Properties,
  );
  for (const { MaximumEventAgeInSeconds } of configs)
    expect(MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
  const scheduled = Object.values(template.findResources("AWS::Scheduler::Schedule")).map(
    ({ Properties }) => scheduleSchema.parse(Properties).Target.Arn["Fn::GetAtt"][0],
  );
  const kept = configs.map(({ FunctionName }) => FunctionName.Ref);
  expect(scheduled.length).toBeGreaterThan(0);
  expect(kept).toEqual(expect.arrayContaining(scheduled));
});
