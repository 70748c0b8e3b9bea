import * as z from "zod";
import { queueArn, secretArn, tableArn } from "../template/identities.ts";
import type { Access } from "./iam.ts";
import type { AwsRequest } from "./request.ts";

/** A call that the engine cannot judge, because it does not know what it asks for. */
export class UnknownCall extends Error {
  override readonly name = "UnknownCall";
}

const dynamoBody = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const queueBody = z.object({ QueueUrl: z.string() });
const secretBody = z.object({ SecretId: z.string() });

const objectActions: Readonly<Record<string, string>> = {
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
  DELETE: "s3:DeleteObject",
};

/** What a request asks for, by service: IAM actions on resources. Source: the service authorization reference. */
const services: Readonly<Record<string, (request: AwsRequest) => Access[]>> = {
  dynamodb(request) {
    const { TableName, IndexName } = dynamoBody.parse(json(request));
    const table = TableName.startsWith("arn:") ? TableName : tableArn(TableName);
    const resource = IndexName === undefined ? table : `${table}/index/${IndexName}`;
    return [{ action: `dynamodb:${operationOf(request)}`, resource }];
  },
  sqs(request) {
    const { QueueUrl } = queueBody.parse(json(request));
    // A batch needs the permission of its single call.
    return [
      {
        action: `sqs:${operationOf(request).replace(/Batch$/, "")}`,
        resource: queueArn(queueName(QueueUrl)),
      },
    ];
  },
  secretsmanager(request) {
    const { SecretId } = secretBody.parse(json(request));
    const resource = SecretId.startsWith("arn:") ? SecretId : secretArn(SecretId);
    return [{ action: `secretsmanager:${operationOf(request)}`, resource }];
  },
  sns(request) {
    const form = new URLSearchParams(request.body.toString("utf8"));
    const action = form.get("Action");
    const resource = form.get("TopicArn") ?? form.get("TargetArn");
    if (!action || !resource) throw new UnknownCall("a call of SNS without Action and TopicArn");
    return [{ action: `sns:${action.replace(/Batch$/, "")}`, resource }];
  },
  s3(request) {
    const path = new URL(request.url, "http://localhost").pathname.slice(1);
    const [bucket = "", ...key] = path.split("/");
    if (key.join("/") === "") return [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}` }];
    const action = objectActions[request.method];
    if (!action) throw new UnknownCall(`${request.method} of an object in S3`);
    return [{ action, resource: `arn:aws:s3:::${decodeURIComponent(path)}` }];
  },
};

export function accessesOf(request: AwsRequest): Access[] {
  const service = services[request.service];
  if (!service) throw new UnknownCall(`the local engine does not model the service ${request.service}`);
  return service(request);
}

/** `DynamoDB_20120810.PutItem` → `PutItem`. */
export function operationOf(request: AwsRequest): string {
  const target = request.headers["x-amz-target"];
  const operation = typeof target === "string" ? target.split(".").at(-1) : undefined;
  if (!operation) throw new UnknownCall(`a call of ${request.service} without x-amz-target`);
  return operation;
}

export function queueName(url: string): string {
  return new URL(url).pathname.split("/").at(-1) ?? "";
}

function json(request: AwsRequest): unknown {
  return JSON.parse(request.body.toString("utf8"));
}
