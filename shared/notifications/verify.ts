import type { X509Certificate } from "node:crypto";
import { cloudHost } from "../api/endpoints.ts";
import type { Estate } from "../estate/estate.ts";
import { readCertificates, verifyChain, verifySignature } from "./chain.ts";
import { type SmnMessage, textToSign } from "./message.ts";
import { NotificationRefused } from "./refusal.ts";

/** The only hosts that a notification may make us contact: SMN's own, in the regions of the estate. */
export function notificationHosts({ projects }: Estate): ReadonlySet<string> {
  return new Set(
    projects
      .filter(({ instances }) => instances.notifications !== undefined)
      .map(({ cloud, region }) => cloudHost(cloud, region, "smn")),
  );
}

/** The roots (PEM) that the estate trusts beside those of every machine. */
export function notificationRoots({ projects }: Estate): string[] {
  return projects.flatMap(({ instances }) => instances.notifications?.roots ?? []);
}

/** The URL, if it is HTTPS on exactly one of the hosts, without a port, user or password. Throws NotificationRefused. */
export function allowedUrl(text: string, hosts: ReadonlySet<string>): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && url.protocol === "https:" && url.username === "" && url.password === "";
  if (!url || !plain || !hosts.has(url.host))
    throw new NotificationRefused("host", "a URL in it is not on a host of the estate's regions");
  return url;
}

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
