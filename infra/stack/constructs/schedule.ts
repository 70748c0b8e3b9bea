import { Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { VigilFunction } from "./function.ts";
import { resourceName } from "./names.ts";

/** Replaced by the scheduler with the time the schedule was due, in UTC: `2026-11-21T01:00:00Z`. */
export const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

interface FunctionScheduleProps {
  /** What it is for, for example `night`. */
  readonly name: string;
  /** Whose it is: names of the estate, for example a project and its rule. Default: the whole estate's. */
  readonly whose?: readonly string[];
  readonly description: string;
  /** `cron(0 1 * * ? *)` or `rate(5 minutes)`. */
  readonly expression: string;
  /** IANA name; a local time that the zone skips does not fire, one that occurs twice fires once. */
  readonly timeZone: string;
  readonly target: VigilFunction;
  /** The event that the function receives. SCHEDULED_TIME stands for the time the schedule was due. */
  readonly input: { readonly event: string; readonly version: number; readonly data: object };
  /** How long a firing that could not be delivered is tried again, in minutes. */
  readonly retry_minutes: number;
  /** Where a firing goes that could not be delivered. */
  readonly deadLetters: sqs.IQueue;
}

/** Fires a function at exact times, with a role that may do nothing else. */
export class FunctionSchedule extends Construct {
  constructor(scope: Construct, id: string, props: FunctionScheduleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const role = new iam.Role(this, "Role", {
      // Whom the service acts for is part of the trust: it would otherwise act with this role for any customer who names it.
      assumedBy: new iam.ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: {
            "aws:SourceAccount": stack.account,
            "aws:SourceArn": stack.formatArn({
              service: "scheduler",
              resource: "schedule-group",
              resourceName: "default",
            }),
          },
        },
      }),
      description: `Lets the schedule ${[props.name, ...(props.whose ?? [])].join(" ")} invoke ${props.target.name}`,
    });
    const targetArn = props.target.handler.functionArn;
    role.addToPolicy(new iam.PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [targetArn] }));
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ["sqs:SendMessage"], resources: [props.deadLetters.queueArn] }),
    );
    new scheduler.CfnSchedule(this, "Schedule", {
      name: resourceName(this, "schedule", props.name, props.whose),
      description: props.description,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      state: "ENABLED",
      target: {
        arn: targetArn,
        roleArn: role.roleArn,
        input: JSON.stringify(props.input),
        retryPolicy: { maximumEventAgeInSeconds: props.retry_minutes * 60, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: props.deadLetters.queueArn },
      },
    }).node.addDependency(role);
  }
}
