import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { ScaledTime } from "../../shared/core/clock.ts";
import type { Estate } from "../../shared/estate/estate.ts";
import type { Engine } from "./engine.ts";
import { identityOf, LOCAL } from "./template/identities.ts";

/**
 * Where a running engine says how to reach it; the commands for operators look here first. VIGIL_ENGINE_FILE names
 * another place, for a second engine on the same machine.
 */
const ENGINE_FILE =
  process.env.VIGIL_ENGINE_FILE ?? fileURLToPath(new URL("../../.vigil/engine.json", import.meta.url));

const engineSchema = z.object({
  /** The engine's process. */
  pid: z.number().int(),
  /** Where this machine's AWS answers. */
  endpoint: z.url(),
  region: z.string(),
  /** The engine's own access key, which no policy binds; it opens nothing but this engine. */
  access_key_id: z.string(),
  table: z.string(),
  /** Short name (checkpoints, prune…) → address. */
  queues: z.record(z.string(), z.string()),
  time: z.object({ origin_ms: z.number(), wall_origin_ms: z.number(), speed: z.number() }),
  /** The estate that it runs; it holds no secret. */
  estate: z.unknown(),
});

export type RunningEngine = z.output<typeof engineSchema>;

/** How to reach an engine that runs in this process. Queues and table are named `<stack>-<short name>`. */
export function describeEngine(
  { endpoint, model }: Engine,
  {
    time,
    estate,
    access_key_id,
  }: { readonly time: ScaledTime; readonly estate: Estate; readonly access_key_id: string },
): RunningEngine {
  const [table] = model.all("AWS::DynamoDB::Table");
  if (!table) throw new Error("the template has no table");
  const stack = table.name.replace(/-ledger$/, "-");
  const addressOf = identityOf("AWS::SQS::Queue").ref;
  const queues = model
    .all("AWS::SQS::Queue")
    .map(({ name }) => [name.replace(stack, ""), addressOf(name, endpoint)] as const);
  return {
    ...{ endpoint, time, estate, access_key_id },
    pid: process.pid,
    region: LOCAL.region,
    table: table.name,
    queues: Object.fromEntries(queues),
  };
}

/** Written by whoever starts the engine, once it runs; removed when it stops. */
export function writeEngineFile(engine: RunningEngine, file = ENGINE_FILE): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(engine, undefined, 2)}\n`, { mode: 0o600 });
}

export function removeEngineFile(file = ENGINE_FILE): void {
  rmSync(file, { force: true });
}

/** The engine that runs on this machine; undefined when none does. */
export function readEngineFile(file = ENGINE_FILE): RunningEngine | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const engine = engineSchema.parse(JSON.parse(text));
  return isAlive(engine.pid) ? engine : undefined;
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 only asks whether there is such a process.
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
