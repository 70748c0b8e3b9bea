import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { program } from "commander";
import type { FunctionDefinition } from "../../infra/local/functions/environment.ts";
import { exampleEvent, scheduledEvent } from "../bench/stage/events.ts";
import { openSite } from "../bench/stage/site.ts";
import { openStage, type Stage } from "../bench/stage/stage.ts";
import { NIGHT_AT } from "../bench/stage/world.ts";
import { type Ended, startRuntimeApi } from "./runtime-api.ts";

// npm run test:runtime: every bundle of the template under AWS's own runtime client for Node, which builds a part of itself
// when it is installed and so is no dependency of this project.

const CLIENT = "aws-lambda-ric@4.0.2";

const { client: given } = program
  .name("npm run test:runtime --")
  .description(`Lets every function handle one event under ${CLIENT}, against the local engine's services`)
  .option(
    "--client <folder>",
    `a folder with ${CLIENT} in its node_modules; default: it is installed for this run`,
  )
  .parse()
  .opts<{ client?: string }>();

const folder = given === undefined ? await install() : resolve(given);
try {
  const failed = await runAll(join(folder, "node_modules/aws-lambda-ric/index.mjs"));
  if (failed.length > 0) {
    process.stderr.write(`error: ${failed.length} functions failed: ${failed.join(", ")}\n`);
    process.exitCode = 1;
  }
} finally {
  if (given === undefined) await rm(folder, { recursive: true });
}

async function install(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "vigil-runtime-"));
  process.stderr.write(
    `installing ${CLIENT}, which takes minutes: it compiles curl (needs cmake, make and g++)\n`,
  );
  const flags = ["--prefix", made, "--no-save", "--no-audit", "--no-fund", CLIENT];
  await promisify(execFile)("npm", ["install", ...flags]);
  return made;
}

/** Gives the names of the functions that failed. */
async function runAll(client: string): Promise<string[]> {
  const site = await openSite();
  try {
    const stage = await openStage(site, { size: { vaults: 1, resources: 2 }, mappings: false });
    try {
      const failed: string[] = [];
      for (const target of stage.functions) {
        const name = target.name.slice(stage.engine.model.stackName.length + 1);
        const { ok, body } = await runOne(client, target, await eventOf(name, target, stage));
        // A function behind a queue answers even when it could not work on a message, and names that.
        const worked = ok && !body.includes("itemIdentifier");
        process.stdout.write(`${name}: ${worked ? "answered" : "FAILED"} ${body.slice(0, 500)}\n`);
        if (!worked) failed.push(name);
      }
      return failed;
    } finally {
      await stage.stop();
    }
  } finally {
    await site.close();
  }
}

async function eventOf(name: string, target: FunctionDefinition, { engine }: Stage): Promise<unknown> {
  return scheduledEvent(engine, target, NIGHT_AT) ?? (await exampleEvent(name));
}

async function runOne(client: string, target: FunctionDefinition, event: unknown): Promise<Ended> {
  const { arn, module, handlerName, environment, timeout_s, logGroup } = target;
  const api = await startRuntimeApi({ event, arn, limit_ms: timeout_s * 1000 });
  const child = spawn(process.execPath, [client], {
    env: {
      ...environment,
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: "local",
      AWS_LAMBDA_RUNTIME_API: api.host,
      LAMBDA_TASK_ROOT: dirname(module),
      _HANDLER: `${basename(module, ".mjs")}.${handlerName}`,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const complaints = text(child.stderr);
  const died = once(child, "exit").then(async () => ({ ok: false, body: await complaints }));
  try {
    return await Promise.race([api.ended, died]);
  } finally {
    child.kill("SIGKILL");
    api.close();
  }
}
