import type { IncomingMessage } from "node:http";
import { percentEncode } from "../../../shared/api/path.ts";
import { authorization, canonicalQuery } from "../../../shared/api/signing.ts";
import { KEY, readBody } from "./support.ts";

/** Whether a request's signature fits the request as it arrived, as a verifier that sees nothing else finds out. */
export async function signatureFits(request: IncomingMessage): Promise<boolean> {
  const body = await readBody(request);
  const { method = "", url = "", headers } = request;
  const names = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
  const [path = "", query] = url.split("?", 2);
  const signed = {
    method,
    path: path.split("/").map(decodeSegment).join("/"),
    query: canonicalQuery([...new URLSearchParams(query)]),
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name] ?? "")])),
    body,
  };
  return headers.authorization === authorization(signed, KEY, String(headers["x-sdk-date"]));
}

function decodeSegment(segment: string): string {
  try {
    return percentEncode(decodeURIComponent(segment));
  } catch {
    return segment;
  }
}
