import { createSecretKey } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { type AccessKey, redactor } from "./credential.ts";
import type { WireRequest } from "./exchange.ts";
import type { AnyOperation } from "./operation.ts";
import { authorization, type SigningKey, sdkDate } from "./signing.ts";

/** Proves who calls. One per connection; made for many calls at a time. */
export interface Authenticator {
  /** Adds its headers to a request that is otherwise complete. A promise only when it has to ask somebody. */
  authenticate(request: WireRequest, operation: AnyOperation): undefined | Promise<void>;
  /** The provider answered 401 to `request`: true when there is something new to try, once. */
  renew(request: WireRequest, operation: AnyOperation): Promise<boolean>;
  /** Takes this authenticator's secrets out of a text. */
  redact(text: string): string;
}

/** For calls that need no proof, such as the request for a token. */
export const anonymous: Authenticator = {
  authenticate: () => undefined,
  renew: async () => false,
  redact: (text) => text,
};

interface SigningOptions {
  readonly clock: Pick<Clock, "wall">;
  /** Asked once for all calls that wait, after a 401: reads the secret again. Undefined: there is nothing newer. */
  readonly onUnauthorized?: (() => Promise<AccessKey | undefined>) | undefined;
}

/** Signs each request with an access key. Dated by real time, since the verifier's clock is real. */
export function signingAuthenticator(
  first: AccessKey,
  { clock, onUnauthorized }: SigningOptions,
): Authenticator {
  let key = first;
  let signingKey = signingKeyOf(key);
  let redact = redactor([key.ak, key.sk, key.securityToken]);
  let renewal: Promise<boolean> | undefined;
  let second = Number.NaN;
  let date = "";

  async function readAgain(): Promise<boolean> {
    const newer = await onUnauthorized?.();
    if (newer === undefined || (newer.ak === key.ak && newer.sk === key.sk)) return false;
    key = newer;
    signingKey = signingKeyOf(key);
    redact = redactor([key.ak, key.sk, key.securityToken]);
    return true;
  }

  return {
    authenticate(request) {
      const wall_ms = clock.wall();
      const now_s = Math.floor(wall_ms / 1000);
      if (now_s !== second) {
        second = now_s;
        date = sdkDate(wall_ms);
      }
      request.headers["x-sdk-date"] = date;
      if (key.securityToken !== undefined) request.headers["x-security-token"] = key.securityToken;
      request.headers.authorization = authorization(request, signingKey, date);
      return undefined;
    },
    renew(request) {
      // Another call found the newer key while this one was away.
      if (request.headers.authorization?.includes(` Access=${key.ak},`) === false)
        return Promise.resolve(true);
      renewal ??= readAgain().finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
    redact: (text) => redact(text),
  };
}

function signingKeyOf({ ak, sk }: AccessKey): SigningKey {
  return { ak, sk: createSecretKey(sk, "utf8") };
}
