import { S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { bucketOrigin } from "../../shared/publish/s3.ts";

test.each([
  "eu-central-1",
  "us-gov-west-1",
  "cn-north-1",
  "cn-northwest-1",
  "eusc-de-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "us-isof-south-1",
  "eu-isoe-west-1",
])("a bucket of %s answers where AWS's own SDK looks for it", (region) => {
  const { config } = new S3Client({ region });
  const { url } = config.endpointProvider({ Region: region, Bucket: "vigil-reports" });
  expect(bucketOrigin("vigil-reports", region)).toBe(url.origin);
});
