import * as z from "zod";

/** What tests read of a synthesized template, resource by resource. */

const statement = z.object({
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Resource: z.unknown(),
});
export const policySchema = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statement) }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});

const reference = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });
export const queueSchema = z.object({
  QueueName: z.string(),
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number(),
  RedrivePolicy: z.object({ deadLetterTargetArn: reference, maxReceiveCount: z.number() }).optional(),
});
export const mappingSchema = z.object({
  EventSourceArn: reference,
  FunctionName: z.object({ Ref: z.string() }),
  MaximumBatchingWindowInSeconds: z.number(),
  FunctionResponseTypes: z.array(z.string()),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
});
export const lambdaSchema = z.object({ Timeout: z.number() });

export const scheduleSchema = z.object({
  Target: z.object({
    Arn: reference,
    RoleArn: reference,
    DeadLetterConfig: z.object({ Arn: reference }),
  }),
});
