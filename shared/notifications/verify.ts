import type { X509Certificate } from "node:crypto";
import { readCertificates, verifyChain, verifySignature } from "./chain.ts";
import { allowedUrl } from "./hosts.ts";
import { type SmnMessage, textToSign } from "./message.ts";
import { NotificationRefused } from "./refusal.ts";

export interface Fetched {
  readonly status: number;
  readonly body: string;
}

/** Gets a URL whose host was checked. Must not follow redirects. */
export type Fetcher = (url: URL) => Promise<Fetched>;

export interface Verifying {
  readonly fetcher: Fetcher;
  readonly hosts: ReadonlySet<string>;
  readonly roots: () => Promise<readonly X509Certificate[]>;
  /** Certificates by URL: the provider has few, and keeps them for years. */
  readonly cache: Map<string, readonly X509Certificate[]>;
}

/** SMN tries again for a while, with the same timestamp; clocks differ a little. */
const oldest_ms = 60 * 60_000;
const youngest_ms = 5 * 60_000;
const mostCached = 16;

/**
 * Finds out whether a message is the provider's, and of now. What costs nothing comes first: nobody can make us fetch anything
 * for a message that would be refused anyway. Throws NotificationRefused.
 */
export async function verifyMessage(
  message: SmnMessage,
  { fetcher, hosts, roots, cache }: Verifying,
  now_ms: number,
): Promise<void> {
  const url = allowedUrl(message.signing_cert_url, hosts);
  if (message.type !== "Notification") allowedUrl(message.subscribe_url, hosts);
  const age_ms = now_ms - Date.parse(message.timestamp);
  if (age_ms > oldest_ms || age_ms < -youngest_ms)
    throw new NotificationRefused("time", `it is ${Math.round(age_ms / 1000)} s old`);
  const certificates = cache.get(url.href) ?? (await fetchCertificates(url, fetcher));
  const signer = verifyChain(certificates, await roots(), now_ms);
  // Only what was verified is kept: nobody can fill the cache with other things.
  if (cache.size >= mostCached) cache.clear();
  cache.set(url.href, certificates);
  verifySignature(signer, textToSign(message), message.signature);
}

async function fetchCertificates(url: URL, fetcher: Fetcher): Promise<readonly X509Certificate[]> {
  const { status, body } = await fetcher(url);
  if (status !== 200)
    throw new NotificationRefused("certificate", `${url.host} answered ${status} to the request for it`);
  return readCertificates(body);
}
