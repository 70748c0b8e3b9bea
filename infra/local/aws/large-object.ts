import type { ServerResponse } from "node:http";
import type { buildApp } from "fauxqs";
import type { AwsRequest } from "./request.ts";

/** The embedded S3 reads no body above 11 MiB, where AWS takes 5 GiB in one piece. */
const PART_BYTES = 10 * 1024 * 1024;

/** Whether this is a PUT of a whole object that the embedded S3 would refuse. */
export const isLargeObject = ({ service, method, url, body }: AwsRequest): boolean =>
  service === "s3" && method === "PUT" && !url.includes("uploadId=") && body.length > PART_BYTES;

/** Stores an object in parts that the embedded S3 takes, and answers as if it had been one. */
export async function storeInParts(
  embedded: ReturnType<typeof buildApp>,
  { url, headers, body }: AwsRequest,
  response: ServerResponse,
): Promise<void> {
  const [path = ""] = url.split("?");
  const send = async (method: "POST" | "PUT", query: string, payload: string | Buffer) => {
    const { "content-type": type = "application/octet-stream" } = headers;
    const answer = await embedded.inject({
      method,
      url: `${path}?${query}`,
      headers: { "content-type": type },
      payload,
    });
    if (answer.statusCode !== 200)
      throw new Error(`the embedded S3 answered ${answer.statusCode} to ${method} ${path}: ${answer.body}`);
    return answer;
  };
  const begun = await send("POST", "uploads", "");
  const id = /<UploadId>([^<]+)</.exec(begun.body)?.[1] ?? "";
  const parts: string[] = [];
  for (let start = 0; start < body.length; start += PART_BYTES) {
    const number = parts.length + 1;
    const part = body.subarray(start, start + PART_BYTES);
    const { headers: stored } = await send("PUT", `partNumber=${number}&uploadId=${id}`, part);
    parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${stored.etag}</ETag></Part>`);
  }
  const list = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
  const done = await send("POST", `uploadId=${id}`, list);
  response.writeHead(200, { etag: /<ETag>([^<]+)</.exec(done.body)?.[1] ?? "" }).end();
}
