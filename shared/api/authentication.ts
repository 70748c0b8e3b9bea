import { type Authenticator, signingAuthenticator } from "./authenticator.ts";
import type { Connection } from "./connection.ts";
import type { AccessKey, Credential } from "./credential.ts";
import { tokenAuthenticator, tokenFetcher } from "./token.ts";

interface AuthenticationOptions {
  /** After a 401 to a signed request: reads the secret again. What it gives is tried once. */
  readonly onUnauthorized?: (() => Promise<Credential | undefined>) | undefined;
}

/** The authenticator of a credential, of either kind, for a connection that has none yet. */
export function authenticatorFor(
  credential: Credential,
  connection: Omit<Connection, "authenticator">,
  { onUnauthorized }: AuthenticationOptions = {},
): Authenticator {
  const { clock } = connection;
  if (credential.kind === "token") {
    return tokenAuthenticator({ clock, credential, fetchToken: tokenFetcher(credential, connection) });
  }
  const readAgain = async (): Promise<AccessKey | undefined> => {
    const newer = await onUnauthorized?.();
    return newer?.kind === "aksk" ? newer : undefined;
  };
  return signingAuthenticator(credential, { clock, onUnauthorized: onUnauthorized && readAgain });
}
