import type { Random } from "../../shared/core/random.ts";
import type { SeenJob } from "../../shared/instances/phones/confirm.ts";
import type { Phone } from "../../shared/instances/phones/phone.ts";
import { statesOf } from "../../shared/instances/phones/states.ts";
import type { ClientOf } from "../../shared/lambda/deps.ts";
import type { definition } from "./definition.ts";

type Provider = ClientOf<typeof definition>;

/** What the provider shows of each release whose call it accepted. */
export type Seen = ReadonlyMap<
  Phone,
  { readonly job: SeenJob | undefined; readonly state: number | undefined }
>;

interface Asking {
  readonly provider: Provider;
  readonly random: Random;
  /** Turns a failed call into no answer. */
  readonly unless: (error: unknown) => undefined;
}

/**
 * Asks for the tasks and the states of the releases that were accepted: one call for each task, one for a hundred
 * states. What cannot be asked now is asked by the next run.
 */
export async function lookAtAccepted(
  accepted: readonly Phone[],
  { provider, random, unless }: Asking,
): Promise<Seen> {
  if (accepted.length === 0) return new Map();

  const jobs = new Map<string, SeenJob>();
  const tasks = new Set<string>();
  for (const task_id of new Set(accepted.flatMap(({ call }) => call?.task_id ?? []))) {
    const found = await provider
      .showTask({ path: { task_id }, headers: { "x-request-id": random.id() } })
      .catch(unless);
    if (!found) continue;
    tasks.add(task_id);
    for (const { job_id, status, error_code, error_msg } of found.data.jobs) {
      jobs.set(job_id, {
        status,
        code: error_code || undefined,
        message: error_msg || undefined,
      });
    }
  }

  const known = accepted.filter(({ call }) => tasks.has(call?.task_id ?? ""));
  const states = await statesOf(
    provider,
    random,
    known.map(({ instance_id }) => instance_id),
  ).catch(unless);
  if (!states) return new Map();
  return new Map(
    known.map((phone) => {
      const state = states.get(phone.instance_id);
      const job = jobs.get(phone.call?.job_id ?? "");
      return [phone, { job, state: typeof state === "number" ? state : undefined }];
    }),
  );
}
