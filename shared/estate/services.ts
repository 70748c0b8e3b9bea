import type { Service } from "../api/operation.ts";

export const services = ["cbr", "iam", "dbss", "hss", "koophone"] as const satisfies readonly Service[];

/** The override as the endpoints want it: a service is either there or not. */
export function withoutUndefined(
  overrides: Partial<Record<Service, string | undefined>>,
): Partial<Record<Service, string>> {
  return Object.fromEntries(
    services.flatMap((service) => (overrides[service] ? [[service, overrides[service]]] : [])),
  );
}
