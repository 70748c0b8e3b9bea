import * as z from "zod";
import type { Stage } from "../../night/stage.ts";

const postedSchema = z.object({ checkpoint: z.object({ vault_id: z.string() }) });
const errorSchema = z.object({ error_code: z.string() });

/** The error codes that the provider ever answered to a checkpoint of each vault. */
export function watchRefusals(stage: Stage): ReadonlyMap<string, ReadonlySet<string>> {
  const codes = new Map<string, Set<string>>();
  stage.listeners.push({
    answered({ method, url, body }, outcome) {
      if (method !== "POST" || !url.endsWith("/checkpoints")) return;
      if (outcome.kind !== "answer" || outcome.status < 400) return;
      const { vault_id } = postedSchema.parse(JSON.parse(Buffer.from(body).toString())).checkpoint;
      const { error_code } = errorSchema.parse(JSON.parse(outcome.body));
      codes.set(vault_id, (codes.get(vault_id) ?? new Set()).add(error_code));
    },
  });
  return codes;
}
