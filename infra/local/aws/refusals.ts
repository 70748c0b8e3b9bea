import type { ServerResponse } from "node:http";
import type { AwsRequest } from "./request.ts";

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
