import { createHmac, hash, type KeyObject } from "node:crypto";
import { percentEncode } from "./path.ts";

/** What a signature is made with. A security token is no part of it: that travels as a header. */
export interface SigningKey {
  readonly ak: string;
  /** As a KeyObject where many requests are signed: that is faster. */
  readonly sk: string | KeyObject;
}

/** What is signed: the request as it goes over the wire. */
interface SignableRequest {
  readonly method: string;
  /** Encoded, as sent, without the query. */
  readonly path: string;
  /** From `canonicalQuery`. */
  readonly query: string;
  /** Exactly the headers to sign, among them `host` and `x-sdk-date`; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined and empty are the same: no body. */
  readonly body?: string | Uint8Array | undefined;
}

export const ALGORITHM = "SDK-HMAC-SHA256";

const EMPTY_HASH = hash("sha256", "");

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The query in the form that is signed (and that our client sends): sorted by decoded name, then by value, both by
 * UTF-16 code units, then percent-encoded; an empty value gives `name=`. Takes decoded pairs; a name may repeat.
 */
export function canonicalQuery(pairs: readonly (readonly [name: string, value: string])[]): string {
  const sorted =
    pairs.length < 2 ? pairs : pairs.toSorted((a, b) => byCodeUnit(a[0], b[0]) || byCodeUnit(a[1], b[1]));
  let query = "";
  for (const [name, value] of sorted) {
    query += `${query === "" ? "" : "&"}${percentEncode(name)}=${percentEncode(value)}`;
  }
  return query;
}

/** The names of the signed headers, sorted. Those of our client come sorted; others are sorted here. */
function sortedNames(headers: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(headers);
  return names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name)
    ? names
    : names.sort(byCodeUnit);
}

/** Method, URI (with a slash at its end), query, header block, header names and body hash, each on its line. */
export function canonicalRequest(request: SignableRequest): string {
  return canonical(request, sortedNames(request.headers));
}

function canonical(
  { method, path, query, headers, body }: SignableRequest,
  names: readonly string[],
): string {
  let block = "";
  for (const name of names) block += `${name}:${headers[name]}\n`;
  const uri = path.endsWith("/") ? path : `${path}/`;
  return `${method}\n${uri}\n${query}\n${block}\n${names.join(";")}\n${bodyHash(body)}`;
}

function bodyHash(body: string | Uint8Array | undefined): string {
  return body === undefined || body.length === 0 ? EMPTY_HASH : hash("sha256", body);
}

/** What the key signs. `date` is the value of X-Sdk-Date. */
export function stringToSign(date: string, canonicalRequest: string): string {
  return `${ALGORITHM}\n${date}\n${hash("sha256", canonicalRequest)}`;
}

/** The signature, in lower-case hexadecimal digits. There is no key derivation. */
export function signature(sk: string | KeyObject, stringToSign: string): string {
  return createHmac("sha256", sk).update(stringToSign).digest("hex");
}

/** The value of the Authorization header for a request whose `x-sdk-date` header is `date`. Pure. */
export function authorization(request: SignableRequest, key: SigningKey, date: string): string {
  const names = sortedNames(request.headers);
  const signed = signature(key.sk, stringToSign(date, canonical(request, names)));
  return `${ALGORITHM} Access=${key.ak}, SignedHeaders=${names.join(";")}, Signature=${signed}`;
}

/** `YYYYMMDDTHHMMSSZ` in UTC, the form of X-Sdk-Date. */
export function sdkDate(epoch_ms: number): string {
  return `${new Date(epoch_ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}
