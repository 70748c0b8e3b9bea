import type { Project } from "../../../shared/estate/estate.ts";
import { projectOf } from "../../../shared/estate/find.ts";
import { countedByAddress, services } from "../../../shared/estate/services.ts";
import { liftPause, pausesOf } from "../../../shared/rate/budget.ts";
import { CommandFailure } from "../fail.ts";
import type { Place } from "../place/place.ts";

const scopeOf = (project: Project) => ({ project: project.name, addresses: countedByAddress(project) });

/** The services that the functions leave alone now because the provider asked for it, one line each. */
export async function pauseLines({ ledger, clock }: Place, project: Project): Promise<string[]> {
  const pauses = await pausesOf(ledger, scopeOf(project), clock.now());
  return pauses.map(({ service, until_ms }) => {
    const until = new Date(until_ms).toISOString();
    return `no call goes to ${service} until ${until}: the provider asked for a pause; end it with: operate lift-pause ${project.name} ${service}`;
  });
}

/** Lets calls go on before a pause has expired. Throws NotInEstate, CommandFailure for a service that there is not. */
export async function lift(place: Place, name: string, wanted: string): Promise<string[]> {
  const { estate, ledger, clock } = place;
  const project = projectOf(estate, name);
  const service = services.find((one) => one === wanted);
  if (!service)
    throw new CommandFailure(`there is no service ${wanted}; it is one of ${services.join(", ")}`);
  const lifted = await liftPause(ledger, scopeOf(project), { service, now_ms: clock.now() });
  if (!lifted) return [`Calls of project ${name} to ${service} are not paused.`];
  const until = new Date(lifted.until_ms).toISOString();
  return [
    `Calls of project ${name} to ${service} go on; they would have waited until ${until}.`,
    "If the provider still throttles, its next answer pauses them again.",
  ];
}
