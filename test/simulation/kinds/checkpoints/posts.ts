import * as z from "zod";
import type { Violation } from "../../night/kind.ts";
import { accountOf, type Stage } from "../../night/stage.ts";
import { readName } from "./names.ts";

const postedSchema = z.object({
  checkpoint: z.object({ vault_id: z.string(), parameters: z.object({ name: z.string() }) }),
});

/** An attempt whose checkpoint exists is not asked for again, not even where the provider would refuse it. */
export function watchPosts(stage: Stage): Violation[] {
  const broken: Violation[] = [];
  stage.listeners.push({
    arriving({ method, url, origin, body }) {
      if (method !== "POST" || !url.endsWith("/checkpoints")) return;
      const { vault_id, parameters } = postedSchema.parse(
        JSON.parse(Buffer.from(body).toString()),
      ).checkpoint;
      const { name } = parameters;
      if (readName(name) === undefined) return;
      const { world, cloud } = accountOf(stage, new URL(origin).host.split(".")[1] ?? "");
      world.advance(cloud.clock.now());
      const [before] = world.checkpoints.newest((one) => one.vault_id === vault_id && one.name === name);
      if (before === undefined) return;
      const what = `attempt ${name} of vault ${vault_id} is asked for again, and is checkpoint ${before.id}`;
      broken.push({ rule: "once", about: [vault_id], what, at_ms: stage.time.now() });
    },
  });
  return broken;
}
