import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENGINE_KEY, Gateway } from "../../infra/local/aws/gateway.ts";
import { s3Client } from "../../infra/local/clients.ts";

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start({ emit: () => {}, speed: 1, secrets: new Map(), duplicateMessages: false });
});
afterAll(() => gateway.stop());

test.each([11, 25])("an object of %i MiB is stored whole, as AWS would", async (size_mib) => {
  const s3 = s3Client(gateway.endpoint, ENGINE_KEY);
  const object = { Bucket: `reports-${size_mib}`, Key: "reports/2026-11-21/coverage.csv" };
  const line = "a resource of many;";
  const body = Buffer.alloc(size_mib * 1024 * 1024 + 1, line);
  await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
  await s3.send(new PutObjectCommand({ ...object, Body: body, ContentType: "text/csv; charset=utf-8" }));
  const stored = await s3.send(new GetObjectCommand(object));
  expect(stored.ContentType).toBe("text/csv; charset=utf-8");
  expect(body.equals(Buffer.from((await stored.Body?.transformToByteArray()) ?? []))).toBe(true);
  s3.destroy();
});
