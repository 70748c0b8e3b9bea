import type { Guard } from "./aws/gateway.ts";
import { AccessDenied, type Permissions } from "./aws/iam.ts";
import { accessKeyOf, type EventWiring, type MappingWiring, type ScheduleWiring } from "./definitions.ts";
import type { FunctionDefinition } from "./functions/environment.ts";
import { LOCAL, logStreamArn, queueArn, scheduleGroupArn, topicArn } from "./template/identities.ts";
import type { Model } from "./template/model.ts";

/** What a mapping does with its queue, as the function. */
const CONSUMING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** What publishing to an encrypted topic needs of its key. */
const ENCRYPTING = ["kms:GenerateDataKey", "kms:Decrypt"];

/** Holds each call against the role of the function that makes it. */
export function guardOf(
  model: Model,
  functions: readonly FunctionDefinition[],
  permissions: Permissions,
): Guard {
  const roles = new Map(functions.map(({ id, roleArn }) => [accessKeyOf(id), roleArn]));
  const keys = new Map(
    model.all("AWS::SNS::Topic").map(({ name, properties }) => [topicArn(name), properties.KmsMasterKeyId]),
  );
  return {
    knows: (accessKeyId) => roles.has(accessKeyId),
    check(accessKeyId, access) {
      const role = roles.get(accessKeyId);
      if (role === undefined) throw new AccessDenied(accessKeyId, access);
      permissions.check(role, access);
      const key = access.action === "sns:Publish" ? keys.get(access.resource) : undefined;
      if (key === undefined) return;
      for (const action of ENCRYPTING) permissions.check(role, { action, resource: key });
    },
  };
}

/** What AWS checks when it creates the resources, or does in the functions' name: throws AccessDenied for what is missing. */
export function checkWiring(
  permissions: Permissions,
  functions: readonly FunctionDefinition[],
  mappings: readonly MappingWiring[],
  schedules: readonly ScheduleWiring[],
  events: readonly EventWiring[],
): void {
  for (const { roleArn, logGroup } of functions) {
    permissions.checkTrust(roleArn, "lambda.amazonaws.com");
    const resource = logStreamArn(logGroup);
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"])
      permissions.check(roleArn, { action, resource });
  }
  for (const { target, mapping } of mappings) {
    for (const action of CONSUMING) permissions.check(target.roleArn, { action, resource: mapping.queueArn });
  }
  for (const { roleArn, target, deadLetterArn } of schedules) {
    permissions.checkTrust(roleArn, "scheduler.amazonaws.com", {
      "aws:SourceAccount": LOCAL.account,
      "aws:SourceArn": scheduleGroupArn("default"),
    });
    permissions.check(roleArn, { action: "lambda:InvokeFunction", resource: target.arn });
    if (deadLetterArn) permissions.check(roleArn, { action: "sqs:SendMessage", resource: deadLetterArn });
  }
  for (const { target, queue } of events)
    if (queue) permissions.check(target.roleArn, { action: "sqs:SendMessage", resource: queueArn(queue) });
}
