import type { Service } from "./operation.ts";

/** Where one service is reached: scheme, host and port, without a path. */
export type Endpoints = (service: Service) => string;

interface EndpointOptions {
  readonly cloud: Cloud;
  readonly region: string;
  /**
   * Used instead of the cloud's own: one origin for every service, or one for some. `{service}` and `{region}` in it
   * are replaced.
   */
  readonly override?: string | Partial<Readonly<Record<Service, string>>> | undefined;
}

const TEMPLATES = {
  huawei: "https://{service}.{region}.myhuaweicloud.com",
  sbercloud: "https://{service}.ru-moscow-1.hc.sbercloud.ru",
  otc: "https://{service}.{region}.otc.t-systems.com",
} as const;

/** The clouds whose endpoints are known: Huawei Cloud, SberCloud Advanced, Open Telekom Cloud. */
export type Cloud = keyof typeof TEMPLATES;

/** The host of a service that is not one of ours, for example `smn`, in a region of a cloud. */
export const cloudHost = (cloud: Cloud, region: string, service: string): string =>
  new URL(TEMPLATES[cloud].replace("{service}", service).replace("{region}", region)).host;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The endpoints of a region. Anything but https is refused, except to this machine itself. */
export function endpoints({ cloud, region, override }: EndpointOptions): Endpoints {
  if (!/^[a-z0-9-]+$/.test(region)) {
    throw new TypeError(`region "${region}" is not lower-case letters, digits and hyphens, as in eu-de`);
  }
  const known = new Map<Service, string>();
  return (service) => {
    let origin = known.get(service);
    if (origin === undefined) {
      const own = typeof override === "string" ? override : override?.[service];
      origin = toOrigin(
        (own ?? TEMPLATES[cloud]).replaceAll("{service}", service).replaceAll("{region}", region),
        service,
      );
      known.set(service, origin);
    }
    return origin;
  };
}

function toOrigin(text: string, service: Service): string {
  // The text itself stays out of the messages: an endpoint with a password in it is one of the things refused here.
  if (!URL.canParse(text)) throw new TypeError(`the endpoint for ${service} is not a URL`);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`the endpoint for ${service} carries a user or a password; take them out`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new TypeError(`the endpoint for ${service}, ${url.host}, must end after its host and port`);
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.test(url.hostname))) {
    throw new TypeError(
      `the endpoint for ${service}, ${url.host}, must use https: only this machine itself may be reached without`,
    );
  }
  return url.origin;
}
