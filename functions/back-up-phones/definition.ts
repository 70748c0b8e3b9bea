import { phoneReleaseRequested } from "../../events/phone-release-requested.ts";
import { backupInstances, queryInstanceStatus } from "../../shared/api/operations/koophone.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";
import type { Deps, DepsInProject } from "../../shared/lambda/deps.ts";

export const definition = defineFunction({
  name: "back-up-phones",
  description: "Backs cloud phones up before their release, each exactly once",
  trigger: {
    on: "queue",
    event: phoneReleaseRequested,
    queue: "releases",
    // Up to 100 releases share one call.
    works: "together",
    batchSize: 100,
    window_s: 5,
    attempts: 5,
    senders: ({ projects }) => projects.flatMap(({ instances }) => instances.phones.releasers),
  },
  provider: {
    role: "instances",
    operations: { backupInstances, queryInstanceStatus },
    maximumWait_ms: 10_000,
  },
  ledger: ["read", "write"],
  timeout_s: 180,
  memory_mb: 512,
});

export type PhoneDeps = Deps<typeof definition>;
export type InProject = DepsInProject<typeof definition>;
