import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL } from "./template/identities.ts";

/** How a client of AWS reaches the gateway, signed with an access key of the engine's. */
function connection(endpoint: string, accessKeyId: string) {
  return {
    endpoint,
    region: LOCAL.region,
    credentials: { accessKeyId, secretAccessKey: "local" },
    maxAttempts: 1,
  };
}

export const sqsClient = (endpoint: string, accessKeyId: string) =>
  new SQSClient(connection(endpoint, accessKeyId));
export const dynamoClient = (endpoint: string, accessKeyId: string) =>
  new DynamoDBClient(connection(endpoint, accessKeyId));
export const snsClient = (endpoint: string, accessKeyId: string) =>
  new SNSClient(connection(endpoint, accessKeyId));
export const s3Client = (endpoint: string, accessKeyId: string) =>
  new S3Client({ ...connection(endpoint, accessKeyId), forcePathStyle: true });
