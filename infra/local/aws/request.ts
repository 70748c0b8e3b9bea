import { IncomingMessage, type ServerResponse } from "node:http";
import type { Access } from "./iam.ts";

/** One call of AWS as it arrived, read to its end. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** The access key id that signed it. */
  readonly accessKeyId: string;
  /** The service it is signed for: `sqs`, `dynamodb`, … */
  readonly service: string;
}

const credential = /Credential=([^/,\s]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;

/** Reads a request to its end; undefined when it bears no signature of AWS's. */
export async function readAwsRequest(request: IncomingMessage): Promise<AwsRequest | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const signed = credential.exec(request.headers.authorization ?? "");
  const [, accessKeyId, service] = signed ?? [];
  if (accessKeyId === undefined || service === undefined) return undefined;
  const { method = "GET", url = "/", headers } = request;
  return { method, url, headers, body: Buffer.concat(chunks), accessKeyId, service };
}

/** A request that has been read and judged, to be read once more by the server it was meant for. */
export class ReplayedRequest extends IncomingMessage {
  constructor(original: IncomingMessage, body: Buffer) {
    super(original.socket);
    const { "content-length": _length, "transfer-encoding": _encoding, ...headers } = original.headers;
    this.method = original.method;
    this.url = original.url;
    this.httpVersion = original.httpVersion;
    this.headers = { ...headers, "content-length": String(body.length) };
    this.rawHeaders = Object.entries(this.headers).flatMap(([name, value]) => [name, String(value)]);
    this.complete = true;
    this.push(body);
    this.push(null);
  }

  override _read(): void {
    // Everything there is was pushed at once.
  }
}

/** A call that a function made of this machine's AWS, and that was allowed. */
export interface AwsCall {
  /** The access key id of the function, see accessKeyOf. */
  readonly accessKeyId: string;
  /** What was asked for; a batch of messages is one call. */
  readonly accesses: readonly Access[];
  /** Size of the request's body. */
  readonly request_bytes: number;
  /** Size of the answer's body; 0 when the server does not say. */
  readonly answer_bytes: number;
}

/** Answers with an error in the form of the service, so that its SDK throws it under its own name. */
export function refuse(
  response: ServerResponse,
  service: AwsRequest["service"],
  status: number,
  code: string,
  message: string,
): void {
  const xml = service === "s3" || service === "sns";
  const body = xml ? xmlError(service, code, message) : JSON.stringify({ __type: code, message });
  response.writeHead(status, {
    "content-type": xml ? "application/xml" : "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function xmlError(service: string, code: string, message: string): string {
  const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  return service === "s3"
    ? `<?xml version="1.0" encoding="UTF-8"?><Error>${error}</Error>`
    : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>local</RequestId></ErrorResponse>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
