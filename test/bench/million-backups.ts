import { fork } from "node:child_process";
import { once } from "node:events";
import { authenticatorFor } from "../../shared/api/authentication.ts";
import { createClient } from "../../shared/api/client.ts";
import { listBackups } from "../../shared/api/operations/cbr/backups.ts";
import { openDispatcher } from "../../shared/api/pool.ts";
import { systemClock } from "../../shared/core/clock.ts";
import { systemRandom } from "../../shared/core/random.ts";

/** Iterates a million backups in a process of its own; sends by how many MB the resident memory rose at most. */
const COUNT = 1_000_000;
const server = fork(new URL("fixed-server.ts", import.meta.url));
const [port] = await once(server, "message");
const dispatcher = openDispatcher();
const bare = {
  project: { id: `of-${COUNT}` },
  endpoints: () => `http://127.0.0.1:${Number(port)}`,
  dispatcher,
  clock: systemClock,
  random: systemRandom,
};
const authenticator = authenticatorFor({ kind: "aksk", ak: "AKBENCH", sk: "SKBENCH" }, bare);
const client = createClient({ listBackups }, { ...bare, authenticator });
let read = 0;
const start_bytes = process.memoryUsage.rss();
let most_bytes = 0;
for await (const backup of client.listBackups.all({}, { unreadable: "refuse" })) {
  if (backup.id === "") throw new Error("a backup without id");
  read += 1;
  if (read % 1000 === 0) most_bytes = Math.max(most_bytes, process.memoryUsage.rss());
}
if (read !== COUNT) throw new Error(`${read} backups read instead of ${COUNT}`);
await dispatcher.close();
server.disconnect();
process.send?.((most_bytes - start_bytes) / 1e6, () => process.disconnect());
