import { AwsClient } from "aws4fetch";
import * as z from "zod";
import type { Publisher } from "./publisher.ts";

/** What Lambda gives every function, and the local engine too; the endpoint is only given there. */
const variablesSchema = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
});

/** What AWS's host names end in, by the beginning of a region's name. Source: the partitions of AWS's own SDK. */
const hostSuffixes = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
] as const;

/** What the host names of AWS end in, in a region. */
export const hostSuffix = (region: string): string =>
  hostSuffixes.find(([start]) => region.startsWith(start))?.[1] ?? "amazonaws.com";

/** Where a bucket of a region answers. */
export const bucketOrigin = (bucket: string, region: string): string =>
  `https://${bucket}.s3.${region}.${hostSuffix(region)}`;

/** A document could not be stored. */
export class NotStored extends Error {
  override readonly name = "NotStored";
}

/**
 * Stores documents in the report bucket. One signed PUT needs no SDK: that of S3 is a quarter of a bundle. Answers of
 * 5xx and 429 are tried again, with growing pauses.
 */
export function s3Store(
  bucket: string,
  variables: Readonly<Record<string, string | undefined>>,
): Pick<Publisher, "store"> {
  const given = variablesSchema.parse(variables);
  const { AWS_REGION: region, AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL } = given;
  const client = new AwsClient({
    accessKeyId: given.AWS_ACCESS_KEY_ID,
    secretAccessKey: given.AWS_SECRET_ACCESS_KEY,
    ...(sessionToken && { sessionToken }),
    service: "s3",
    region,
    retries: 5,
  });
  const base = AWS_ENDPOINT_URL
    ? `${AWS_ENDPOINT_URL.replace(/\/$/, "")}/${bucket}`
    : bucketOrigin(bucket, region);
  return {
    async store({ name, contentType, body }) {
      const url = `${base}/${name.split("/").map(encodeURIComponent).join("/")}`;
      const answer = await client.fetch(url, {
        method: "PUT",
        headers: { "content-type": contentType },
        body: typeof body === "string" ? body : Uint8Array.from(body),
      });
      if (!answer.ok)
        throw new NotStored(
          `${name} could not be stored in bucket ${bucket}: ${answer.status} ${(await answer.text()).slice(0, 500)}`,
        );
      await answer.body?.cancel();
    },
  };
}
