import { inParallel } from "../../shared/core/parallel.ts";
import type { Project } from "../../shared/estate/estate.ts";
import { surveyHosts } from "../../shared/instances/assess-host.ts";
import { byProject } from "../../shared/instances/by-project.ts";
import { type Host, hostRecord, newHost } from "../../shared/instances/host.ts";
import { implementTogether } from "../../shared/lambda/implement.ts";
import { itemsAtOnce } from "../../shared/ledger/ledger.ts";
import { delayAgain_ms } from "../../shared/work/delays.ts";
import { failureOf } from "../../shared/work/failure.ts";
import type { Performed } from "../../shared/work/result.ts";
import { delay } from "../../shared/work/transitions.ts";
import { isOpen } from "../../shared/work/work.ts";
import { definition, type Found, type HostDeps } from "./definition.ts";
import { backUpHost } from "./host.ts";

type Counts = Partial<Record<Performed["did"] | "left", number>>;

/** Gives remote backup to hosts, many with one listing, one after the other as the rate budget allows. */
export async function enableRemoteBackups(
  found: readonly Found[],
  deps: HostDeps,
): Promise<{ broken: number[]; projects: Record<string, Counts> }> {
  const { groups, broken } = byProject(deps.estate, found);
  const projects: Record<string, Counts> = {};
  for (const [project, messages] of groups)
    projects[project.name] = await enableInProject(project, messages, deps);
  return { broken, projects };
}

async function enableInProject(
  project: Project,
  messages: readonly Found[],
  deps: HostDeps,
): Promise<Counts> {
  const { ledger, clock, signal } = deps;
  const rules = project.instances.hosts;
  if (!rules) return { nothing: messages.length };

  // Written before anything is asked of the provider, so that settle-instances knows of them whatever happens here.
  const unique = [...new Map(messages.map((message) => [message.host_id, message])).values()];
  await inParallel(unique, itemsAtOnce, (message) =>
    hostRecord.create(ledger, newHost(message, clock.now())),
  );
  const provider = await deps.provider(project);
  const surveyed = await surveyHosts(provider, rules).catch(failureOf);
  if ("kind" in surveyed) {
    await inParallel(unique, itemsAtOnce, (message) => waitFor(message, deps, surveyed.retry_after_ms));
    return { "put-off": unique.length };
  }

  const counts: Counts = {};
  for (const [index, message] of unique.entries()) {
    if (signal.aborted) {
      counts.left = unique.length - index;
      break;
    }
    // It may be there, and may have its server: nothing can be said before it can be read.
    if (!surveyed.hosts.has(message.host_id) && !surveyed.isGone(message.host_id)) {
      await waitFor(message, deps, 0);
      counts["put-off"] = (counts["put-off"] ?? 0) + 1;
      continue;
    }
    const { did } = await backUpHost(message, surveyed, { ...deps, provider });
    counts[did] = (counts[did] ?? 0) + 1;
  }
  return counts;
}

/** The listing failed: the host is looked at again later. */
async function waitFor(message: Found, { ledger, clock }: HostDeps, retry_after_ms: number) {
  const seen = await hostRecord.read(ledger, message);
  if (!seen || !isOpen(seen.value.work) || seen.value.work.state === "accepted") return;
  const until_ms = clock.now() + delayAgain_ms(seen.value.work.put_off, retry_after_ms);
  const value: Host = { ...seen.value, work: delay(seen.value.work, until_ms) };
  // Lost to somebody who works on it: then it need not wait.
  await hostRecord.replace(ledger, seen, value);
}

export const implementation = implementTogether(definition, enableRemoteBackups);
