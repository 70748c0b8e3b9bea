import { cloudHost } from "../api/endpoints.ts";
import type { Estate } from "../estate/estate.ts";
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
