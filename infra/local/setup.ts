import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { ENGINE_KEY } from "./aws/gateway.ts";
import { dynamoClient, s3Client, snsClient, sqsClient } from "./clients.ts";
import type { Model } from "./template/model.ts";

/** Creates what the template describes in the embedded servers: queues, the table, topics, buckets. */
export async function createResources(model: Model, endpoint: string): Promise<void> {
  await Promise.all([
    createQueues(model, endpoint),
    createTables(model, endpoint),
    createBuckets(model, endpoint),
  ]);
  await createTopics(model, endpoint);
}

async function createQueues(model: Model, endpoint: string): Promise<void> {
  const client = sqsClient(endpoint, ENGINE_KEY);
  for (const { name, properties } of model.all("AWS::SQS::Queue")) {
    const { RedrivePolicy } = properties;
    const Attributes = {
      VisibilityTimeout: String(properties.VisibilityTimeout),
      MessageRetentionPeriod: String(properties.MessageRetentionPeriod),
      DelaySeconds: String(properties.DelaySeconds),
      ...(RedrivePolicy ? { RedrivePolicy: JSON.stringify(RedrivePolicy) } : {}),
    };
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  }
  client.destroy();
}

async function createTables(model: Model, endpoint: string): Promise<void> {
  const client = dynamoClient(endpoint, ENGINE_KEY);
  for (const { name, properties } of model.all("AWS::DynamoDB::Table")) {
    const { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } = properties;
    const command = { TableName: name, AttributeDefinitions, KeySchema, BillingMode };
    await client.send(new CreateTableCommand({ ...command, GlobalSecondaryIndexes }));
  }
  client.destroy();
}

async function createBuckets(model: Model, endpoint: string): Promise<void> {
  const client = s3Client(endpoint, ENGINE_KEY);
  for (const { name } of model.all("AWS::S3::Bucket"))
    await client.send(new CreateBucketCommand({ Bucket: name }));
  client.destroy();
}

async function createTopics(model: Model, endpoint: string): Promise<void> {
  const client = snsClient(endpoint, ENGINE_KEY);
  for (const { name } of model.all("AWS::SNS::Topic"))
    await client.send(new CreateTopicCommand({ Name: name }));
  for (const { properties } of model.all("AWS::SNS::Subscription")) {
    // People are told through the engine's listener: there is no mail on this machine.
    if (properties.Protocol === "sqs") await client.send(new SubscribeCommand(properties));
  }
  client.destroy();
}
