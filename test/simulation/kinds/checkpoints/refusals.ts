import * as z from "zod";
import type { Stage } from "../../night/stage.ts";

const postedSchema = z.object({ checkpoint: z.object({ vault_id: z.string() }) });
const errorSchema = z.object({ error_code: z.string() });

/** For each vault the error codes that the provider ever answered to a checkpoint of it, with the times of each. */
export type Refusals = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

export function watchRefusals(stage: Stage): Refusals {
  const codes = new Map<string, Map<string, number[]>>();
  stage.listeners.push({
    answered({ method, url, body }, outcome) {
      if (method !== "POST" || !url.endsWith("/checkpoints")) return;
      if (outcome.kind !== "answer" || outcome.status < 400) return;
      const { vault_id } = postedSchema.parse(JSON.parse(Buffer.from(body).toString())).checkpoint;
      const { error_code } = errorSchema.parse(JSON.parse(outcome.body));
      const ofVault = codes.get(vault_id) ?? new Map<string, number[]>();
      codes.set(vault_id, ofVault.set(error_code, [...(ofVault.get(error_code) ?? []), stage.time.now()]));
    },
  });
  return codes;
}
