import { once } from "./parallel.ts";
import type { Publisher } from "./publisher.ts";

const s3 = once(async () => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  // Buckets as part of the path: the local engine has one address for all of them.
  return new S3Client({ forcePathStyle: true });
});

/** Stores documents in the report bucket. */
export function s3Store(bucket: string): Pick<Publisher, "store"> {
  return {
    async store({ name, contentType, body }) {
      const [client, { PutObjectCommand }] = await Promise.all([s3(), import("@aws-sdk/client-s3")]);
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: name, ContentType: contentType, Body: body }),
      );
    },
  };
}
