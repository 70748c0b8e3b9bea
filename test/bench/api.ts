import { fork } from "node:child_process";
import { once } from "node:events";
import { Pool } from "undici";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import { listBackups } from "../../shared/api/operations/cbr/backups.ts";
import { showVault } from "../../shared/api/operations/cbr/vaults.ts";
import { openDispatcher } from "../../shared/api/pool.ts";
import { systemClock } from "../../shared/core/clock.ts";
import { systemRandom } from "../../shared/core/random.ts";
import { handWritten } from "./hand-written.ts";
import { median, type Row, rowOf } from "./row.ts";

const BASELINE = "hand-written undici + signature + JSON.parse, same server, same run";
const KEY = { kind: "aksk", ak: "AKBENCH", sk: "a-secret-key-of-the-benchmark-only" } as const;
const VAULT = "79bf9e5d-6a5a-4d1f-8b0a-000000000001";
const ROUNDS = 15;

async function startServer(): Promise<{ origin: string; stop: () => void }> {
  const child = fork(new URL("fixed-server.ts", import.meta.url));
  const [port] = await once(child, "message");
  return { origin: `http://127.0.0.1:${Number(port)}`, stop: () => child.disconnect() };
}

function seconds(since: bigint): number {
  return Number(process.hrtime.bigint() - since) / 1e9;
}

/** Calls a second, with `inFlight` of them under way all the time. */
async function throughput(call: () => Promise<unknown>, inFlight: number, calls: number): Promise<number> {
  let left = calls;
  const start = process.hrtime.bigint();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return calls / seconds(start);
}

/** The median of our throughput over the baseline's, measured in turns so that both see the same machine. */
async function compare(
  name: string,
  goal: "≥ 0.9" | "≥ 0.8",
  {
    ours,
    base,
    inFlight,
    calls,
  }: { ours: () => Promise<unknown>; base: () => Promise<unknown>; inFlight: number; calls: number },
): Promise<Row> {
  const ratios: number[] = [];
  const rates: number[] = [];
  await throughput(base, inFlight, calls);
  await throughput(ours, inFlight, calls);
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % 2 === 0;
    const early = await throughput(first ? base : ours, inFlight, calls);
    const late = await throughput(first ? ours : base, inFlight, calls);
    ratios.push(first ? late / early : early / late);
    rates.push(first ? late : early);
  }
  return rowOf({
    ...{ name, values: ratios, baseline: BASELINE, goal },
    unit: "× the baseline's throughput",
    note: `ours ${Math.round(median(rates))}/s`,
  });
}

async function memoryOfIteration(): Promise<Row> {
  const child = fork(new URL("million-backups.ts", import.meta.url), { execArgv: [] });
  const [megabytes] = await once(child, "message");
  return rowOf({
    name: "iterating 1,000,000 backups: resident memory above the start",
    values: [Number(megabytes)],
    unit: "MB",
    baseline: "the process before its first page",
    goal: "< 150",
  });
}

/** The rows of the API client. Starts a server of its own and stops it. */
export async function benchApi(): Promise<Row[]> {
  const server = await startServer();
  const dispatcher = openDispatcher({ connections: 32 });
  const pool = new Pool(server.origin, { connections: 32 });
  const project = { id: "0605767b5780d5762fc5c0118072a564" };
  const bare = {
    project,
    endpoints: () => server.origin,
    dispatcher,
    clock: systemClock,
    random: systemRandom,
  };
  const client = createClient(
    { showVault, listBackups },
    { ...bare, authenticator: authenticatorFor(KEY, bare) },
  );
  const hand = handWritten(pool, server.origin, project.id, KEY);
  const small = {
    ours: () => client.showVault({ path: { vault_id: VAULT } }),
    base: () => hand(`/v3/${project.id}/vaults/${VAULT}`, ""),
  };
  const page = {
    ours: () => client.listBackups({ query: { limit: 1000 } }),
    base: () => hand(`/v3/${project.id}/backups`, "limit=1000"),
  };
  try {
    return [
      await compare("one small API call, one after the other", "≥ 0.9", {
        ...small,
        inFlight: 1,
        calls: 2_000,
      }),
      await compare("one small API call, 32 in flight", "≥ 0.9", { ...small, inFlight: 32, calls: 8_000 }),
      await compare("a page of 1,000 backups, validated", "≥ 0.8", { ...page, inFlight: 1, calls: 60 }),
      await compare("a page of 1,000 backups, validated, 32 in flight", "≥ 0.8", {
        ...page,
        inFlight: 32,
        calls: 96,
      }),
      await memoryOfIteration(),
    ];
  } finally {
    await Promise.all([dispatcher.destroy(), pool.destroy()]);
    server.stop();
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify({ rows: await benchApi() }, null, 2)}\n`);
