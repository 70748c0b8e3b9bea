import { hostFound } from "../../events/host-found.ts";
import { listBackupHosts, listProtectedHosts, setRemoteBackup } from "../../shared/api/operations/hss.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";
import type { ClientOf, Deps } from "../../shared/lambda/deps.ts";

export const definition = defineFunction({
  name: "enable-remote-backup",
  description: "Gives hosts a backup server, at the five calls a minute that there are",
  trigger: {
    on: "queue",
    event: hostFound,
    queue: "hosts",
    works: "together",
    batchSize: 100,
    window_s: 20,
    attempts: 5,
  },
  provider: {
    role: "instances",
    operations: { listBackupHosts, listProtectedHosts, setRemoteBackup },
    // Five calls a minute: whoever has none left waits for the next minute rather than for the next message.
    maximumWait_ms: 120_000,
  },
  ledger: ["read", "write"],
  // It waits for its turn among the few calls rather than coming back for each.
  timeout_s: 300,
  memory_mb: 512,
});

export type Found = ReturnType<typeof hostFound.parse>;
export type HostDeps = Deps<typeof definition>;
export type Provider = ClientOf<typeof definition>;
