import { authenticatorFor } from "../api/authentication.ts";
import type { Authenticator } from "../api/authenticator.ts";
import { type Client, createClient } from "../api/client.ts";
import type { Budget, Connection, Hooks } from "../api/connection.ts";
import { parseCredential } from "../api/credential.ts";
import type { AnyOperation } from "../api/operation.ts";
import { openDispatcher } from "../api/pool.ts";
import type { Clock } from "../core/clock.ts";
import { once } from "../core/parallel.ts";
import type { Random } from "../core/random.ts";
import type { Project } from "../estate/estate.ts";
import type { Role } from "../estate/secrets.ts";
import { endpointsOf } from "../estate/services.ts";

interface ProviderOptions {
  readonly role: Role;
  readonly clock: Clock;
  readonly random: Random;
  /** Reads a secret's text by its name. */
  readonly readSecret: (name: string) => Promise<string>;
  readonly budget: (project: Project) => Budget;
  /** Hears of a project's calls. */
  readonly hooks?: ((project: Project) => Hooks) | undefined;
}

type Operations = Readonly<Record<string, AnyOperation>>;

/** Gives a client of these operations for this project, ended by the signal. */
export type ProviderConnections = <const Table extends Operations>(
  project: Project,
  operations: Table,
  signal?: AbortSignal,
) => Promise<Client<Table>>;

/** The way to the provider for one role: a client per project, its credential read once and kept. */
export function providerConnections(options: ProviderOptions): ProviderConnections {
  const dispatcher = openDispatcher();
  const connections = new Map<string, () => Promise<Connection>>();

  const connectionOf = (project: Project) => {
    const known = connections.get(project.name) ?? once(() => connect(options, project, dispatcher));
    connections.set(project.name, known);
    return known();
  };

  return async (project, operations, signal) =>
    createClient(operations, { ...(await connectionOf(project)), signal });
}

async function connect(
  options: ProviderOptions,
  project: Project,
  dispatcher: Connection["dispatcher"],
): Promise<Connection> {
  const { clock, random, hooks, budget } = options;
  const connection: Omit<Connection, "authenticator"> = {
    project: { id: project.project_id, domain_id: project.account_id, region: project.region },
    endpoints: endpointsOf(project),
    dispatcher,
    clock,
    random,
    hooks: hooks?.(project),
    budget: budget(project),
  };
  return { ...connection, authenticator: await authenticate(options, project, connection) };
}

/** By access key or by token, as the secret says; a secret that is refused is read again once. */
async function authenticate(
  { role, readSecret }: ProviderOptions,
  project: Project,
  connection: Omit<Connection, "authenticator">,
): Promise<Authenticator> {
  const readCredential = async () => parseCredential(await readSecret(project.secrets[role]));
  return authenticatorFor(await readCredential(), connection, { onUnauthorized: readCredential });
}
