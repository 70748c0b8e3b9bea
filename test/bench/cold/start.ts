import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as z from "zod";

/** What one cold start took, in milliseconds from the beginning of its process. */
const figures = z.object({
  ready_ms: z.number(),
  handled_ms: z.number(),
  /** Resident memory at its most. */
  peak_mb: z.number(),
  answer: z.unknown(),
});

export type ColdStart = z.output<typeof figures>;

export interface Startable {
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The measuring program and the handlers to compare with, bundled as the functions are. */
export interface Starter {
  readonly empty: Startable;
  readonly oneCall: (url: string) => Startable;
  /** Starts a process for the bundle; with an event, lets it handle that. */
  start(startable: Startable, event?: unknown): Promise<ColdStart>;
}

const source = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url));

export async function openStarter(folder: string, profiles?: string): Promise<Starter> {
  await build({
    entryPoints: ["child", "empty-handler", "one-call-handler"].map(source),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    logLevel: "silent",
  });
  const child = join(folder, "child.mjs");
  return {
    empty: { module: join(folder, "empty-handler.mjs"), environment: {} },
    oneCall: (url) => ({ module: join(folder, "one-call-handler.mjs"), environment: { BENCH_URL: url } }),
    async start({ module, environment }, event) {
      const args = event === undefined ? [module] : [module, JSON.stringify(event)];
      const process = fork(child, args, {
        env: environment,
        execArgv: profiles === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profiles],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      const complaints: Buffer[] = [];
      process.stderr?.on("data", (chunk: Buffer) => complaints.push(chunk));
      const ended = once(process, "exit");
      const answer = await Promise.race([once(process, "message"), ended.then(() => undefined)]);
      await ended;
      if (answer) return figures.parse(answer[0]);
      throw new Error(`${module} did not start: ${Buffer.concat(complaints).toString("utf8")}`);
    },
  };
}
