import { IncomingMessage } from "node:http";

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
