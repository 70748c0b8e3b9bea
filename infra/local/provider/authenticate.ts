import { timingSafeEqual } from "node:crypto";
import { percentEncode } from "../../../shared/api/path.ts";
import {
  ALGORITHM,
  canonicalQuery,
  canonicalRequest,
  signature,
  stringToSign,
} from "../../../shared/api/signing.ts";
import type { CloudRequest } from "./wire.ts";
import type { AccessKey, User } from "./world/model.ts";
import { Refusal } from "./world/model.ts";
import type { World } from "./world/world.ts";

/** Whose request it is. A token is bound to one project; a key may enter all of its user's. */
export interface Identity {
  readonly user: User;
  readonly token_project_id: string | undefined;
}

/** Documented for signed requests: at most 15 minutes between the two clocks. */
const maximum_skew_ms = 15 * 60_000;

function refuse(why: string): Refusal {
  return new Refusal("APIGW.0301", why);
}

/** Verifies the token or the signature of a request. `wall_ms` is real time, as both signers' clocks are. */
export function authenticate(world: World, request: CloudRequest, wall_ms: number): Identity {
  const { authorization } = request.headers;
  const token = request.headers["x-auth-token"];
  if (authorization !== undefined) return verifySignature(world, request, authorization, wall_ms);
  if (token !== undefined) return verifyToken(world, token);
  throw refuse("Neither Authorization nor X-Auth-Token was sent.");
}

function verifyToken(world: World, value: string): Identity {
  const token = world.tokens.get(value);
  if (token === undefined || token.expires <= world.now) throw refuse("The token is unknown or has expired.");
  return { user: token.user, token_project_id: token.project_id };
}

const header_form = /^Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

function verifySignature(
  world: World,
  request: CloudRequest,
  authorization: string,
  wall_ms: number,
): Identity {
  const match = authorization.startsWith(`${ALGORITHM} `)
    ? header_form.exec(authorization.slice(ALGORITHM.length + 1))
    : null;
  if (match === null)
    throw refuse(`Authorization is not "${ALGORITHM} Access=…, SignedHeaders=…, Signature=…".`);
  const [, ak = "", names = "", signed = ""] = match;
  const key = world.keys.get(ak);
  const user = key && world.users.get(key.user_id);
  if (key === undefined || user === undefined) throw refuse("The access key is unknown.");
  checkTemporary(world, key, request);
  const date = checkDate(request, wall_ms);
  const headers = signedHeaders(request, names.split(";"));
  const good = candidates(request).some((form) => {
    const text = canonicalRequest({ method: request.method, ...form, headers, body: request.body });
    return same(signature(key.sk, stringToSign(date, text)), signed);
  });
  if (!good) throw refuse("The signature does not match the request.");
  return { user, token_project_id: undefined };
}

function checkTemporary(world: World, key: AccessKey, { headers }: CloudRequest): void {
  if (key.expires !== undefined && key.expires <= world.now)
    throw refuse("The temporary access key has expired.");
  if (key.security_token !== headers["x-security-token"])
    throw refuse("X-Security-Token does not fit the access key.");
}

/** The value of X-Sdk-Date, if it is near enough to now. */
function checkDate({ headers }: CloudRequest, wall_ms: number): string {
  const date = headers["x-sdk-date"];
  if (date === undefined) throw refuse("X-Sdk-Date is missing.");
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(date);
  if (match === null) throw refuse("X-Sdk-Date is not YYYYMMDDTHHMMSSZ.");
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  const sent_ms = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Math.abs(wall_ms - sent_ms) > maximum_skew_ms) {
    throw refuse("X-Sdk-Date is more than 15 minutes off; check the clock.");
  }
  return date;
}

const always_signed = ["host", "x-sdk-date"];
/** What decides whose request it is must be signed when it is there. */
const signed_when_sent = ["x-project-id", "x-domain-id", "x-security-token"];

function signedHeaders({ headers }: CloudRequest, names: readonly string[]): Record<string, string> {
  const unsigned = [
    ...always_signed.filter((name) => !names.includes(name)),
    ...signed_when_sent.filter((name) => headers[name] !== undefined && !names.includes(name)),
  ];
  if (unsigned.length > 0) throw refuse(`SignedHeaders lacks ${unsigned.join(", ")}.`);
  const signed: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name.toLowerCase()];
    if (value === undefined) throw refuse(`The signed header ${name} is missing.`);
    signed[name.toLowerCase()] = value.trim();
  }
  return signed;
}

/** The canonical path and query; twice where a plus sign may have been written for a space. */
function candidates({ segments, pairs }: CloudRequest): { path: string; query: string }[] {
  const path = `/${segments.map(percentEncode).join("/")}`;
  const literal = { path, query: canonicalQuery(pairs) };
  if (!pairs.some(([name, value]) => name.includes("+") || value.includes("+"))) return [literal];
  const spaced = pairs.map(
    ([name, value]) => [name.replaceAll("+", " "), value.replaceAll("+", " ")] as const,
  );
  return [literal, { path, query: canonicalQuery(spaced) }];
}

function same(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
