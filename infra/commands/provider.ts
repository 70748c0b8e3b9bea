import { systemClock } from "../../shared/core/clock.ts";
import { createEmptyWorld } from "../local/provider/demo/empty.ts";
import { startProvider } from "../local/provider/server.ts";
import { createCloud } from "../local/provider/service.ts";
import { CommandFailure, command, runCommand } from "./fail.ts";

const program = command("provider", "The stand-in cloud alone: all services on one port of 127.0.0.1.")
  .requiredOption("--port <number>", "port to listen on; 0 takes a free one", toPort)
  .requiredOption("--ak <key>", "access key id of the administrator")
  .requiredOption("--sk <key>", "secret access key of the administrator")
  .requiredOption("--project <id>", "project id")
  .option("--seed <number>", "decides every id of the world", toSeed, 1);

function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new CommandFailure(`--port ${text} is not a port (0 to 65535)`);
  return port;
}

function toSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CommandFailure(`--seed ${text} is not a whole number`);
  return Number(text);
}

interface ProviderFlags {
  readonly port: number;
  readonly ak: string;
  readonly sk: string;
  readonly project: string;
  readonly seed: number;
}

/** `npm run provider`: prints one line of JSON with what a client needs, then serves until Ctrl-C. */
await runCommand(async () => {
  const { port, ak, sk, project, seed } = program.parse().opts<ProviderFlags>();
  const clock = systemClock;
  const made = createEmptyWorld({ seed, now_ms: clock.now(), project_id: project, ak, sk });
  const cloud = createCloud({ world: made.world, clock, seed, anyDomain: true });
  const provider = await startProvider({ cloud, port, gzip: true, onDefect: report }).catch(
    (error: unknown) => {
      throw startFailure(error, port);
    },
  );
  const stop = () => void provider.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const { identities } = made;
  const line = {
    url: provider.url,
    domain: identities.project.domain_id,
    servers: made.servers,
    volumes: made.volumes,
    auditInstance: made.audit_instance,
    host: made.host,
    backupHost: made.backup_host,
    phones: made.phones,
    hssPolicy: made.host_policy,
    other: { project: identities.other.id, ak: identities.otherAdmin.ak, sk: identities.otherAdmin.sk },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});

function startFailure(error: unknown, port: number): unknown {
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return inUse ? new CommandFailure(`port ${port} is taken; choose another with --port`) : error;
}

function report(error: unknown): void {
  process.stderr.write(
    `defect in the stand-in cloud: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
}
