import { type Cloud, type Endpoints, endpoints } from "../api/endpoints.ts";
import type { Service } from "../api/operation.ts";

export const services = ["cbr", "iam", "dbss", "hss", "koophone"] as const satisfies readonly Service[];

/** What of a project says where its services are reached. */
interface Placed {
  readonly cloud: Cloud;
  readonly region: string;
  /** Origins that differ from the provider's own. */
  readonly endpoints: Partial<Record<Service, string | undefined>>;
}

export function endpointsOf({ cloud, region, endpoints: own }: Placed): Endpoints {
  const override = Object.fromEntries(
    services.flatMap((service) => (own[service] ? [[service, own[service]]] : [])),
  );
  return endpoints({ cloud, region, override });
}

/**
 * The services that count calls by the address that they come from, with where they are reached: host security takes 5 a
 * minute from one user or address. A deployment has one way out, so that its projects are counted together there.
 */
export const countedByAddress = (project: Placed) => ({ hss: endpointsOf(project)("hss") });

interface Rated extends Placed {
  readonly rates: { readonly hss: { readonly calls: number; readonly per_seconds: number } };
}

/** The projects, each with the slowest rate that any of those says that are counted together with it. */
export function withSharedRates<Project extends Rated>(projects: readonly Project[]): Project[] {
  const pace = ({ calls, per_seconds }: Rated["rates"]["hss"]) => calls / per_seconds;
  const slowest = new Map<string, Rated["rates"]["hss"]>();
  for (const project of projects) {
    const { hss } = countedByAddress(project);
    const known = slowest.get(hss);
    if (!known || pace(project.rates.hss) < pace(known)) slowest.set(hss, project.rates.hss);
  }
  return projects.map((project) => {
    const hss = slowest.get(countedByAddress(project).hss) ?? project.rates.hss;
    return { ...project, rates: { ...project.rates, hss } };
  });
}
