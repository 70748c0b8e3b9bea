import type { Client } from "../../api/client.ts";
import type { queryInstanceStatus } from "../../api/operations/koophone.ts";
import { ProviderError } from "../../api/provider-error.ts";
import { chunks } from "../../core/parallel.ts";
import type { Random } from "../../core/random.ts";
import { type SeenState, unknownInstance } from "./verdict.ts";

type Asker = Client<{ queryInstanceStatus: typeof queryInstanceStatus }>;

/** Documented: one query is for at most 100 instances. */
const mostInstances = 100;

/** Codes that are about an instance of the request, not about the request: one of several may be the bad one. */
const aboutInstances = /^KOOPHONE\.API\.(1000|1001|1012|2003|2004|2005|2006|4001)$/;

/** Whether a refusal is about instances, so that a smaller request may tell which. */
export const isAboutInstances = (code: string): boolean => aboutInstances.test(code);

/**
 * Asks for the states of any number of instances. One that does not exist, or that the provider refuses to speak of, does
 * not spoil the others: what a query of several is refused for is asked again in halves. Throws ProviderError when the
 * provider cannot be asked at all.
 */
export async function statesOf(
  client: Asker,
  random: Pick<Random, "id">,
  instance_ids: readonly string[],
): Promise<Map<string, SeenState>> {
  const states = new Map<string, SeenState>();
  for (const some of chunks([...new Set(instance_ids)], mostInstances)) await ask(some);
  return states;

  async function ask(ids: readonly string[]): Promise<void> {
    try {
      const { data } = await client.queryInstanceStatus({
        headers: { "x-request-id": random.id() },
        body: { instance_ids: [...ids] },
      });
      for (const { instance_id, status } of data.status_results) states.set(instance_id, status);
      for (const id of ids) if (!states.has(id)) states.set(id, missing);
    } catch (error) {
      if (!(error instanceof ProviderError) || !isAboutInstances(error.code)) throw error;
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) {
        states.set(only, { code: error.code, reason: error.message });
        return;
      }
      const half = Math.ceil(ids.length / 2);
      await ask(ids.slice(0, half));
      await ask(ids.slice(half));
    }
  }
}

const missing: SeenState = {
  code: unknownInstance,
  reason: "the provider's answer does not name the instance: it does not exist",
};
