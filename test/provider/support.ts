import { Agent, request } from "undici";
import type * as z from "zod";
import type { Action } from "../../infra/local/provider/control-actions.ts";
import { createEmptyWorld, type EmptyWorld } from "../../infra/local/provider/demo/empty.ts";
import type { callFault, taskFault } from "../../infra/local/provider/faults.ts";
import { startProvider } from "../../infra/local/provider/server.ts";
import { type Cloud, type CloudOptions, createCloud } from "../../infra/local/provider/service.ts";
import type { Settings } from "../../infra/local/provider/world/settings.ts";
import { minute_ms } from "../../infra/local/provider/world/time.ts";
import { signingAuthenticator } from "../../shared/api/authenticator.ts";
import { createClient } from "../../shared/api/client.ts";
import type { Connection } from "../../shared/api/connection.ts";
import type { Input } from "../../shared/api/operation.ts";
import { cbr, dbss, hss, iam, koophone } from "../../shared/api/operations/all.ts";
import { authorization, canonicalQuery, sdkDate } from "../../shared/api/signing.ts";
import type { Clock } from "../../shared/core/clock.ts";

/** A clock that stands still until a test moves it; its wall is the real one, as signatures need. */
interface ManualClock extends Clock {
  pass(duration_ms: number): void;
  /** How many callbacks wait for their time. */
  pending(): number;
}

export function manualClock(start_ms: number): ManualClock {
  let now_ms = start_ms;
  const waiting = new Set<{ readonly at_ms: number; readonly callback: () => void }>();
  return {
    now: () => now_ms,
    wall: () => Date.now(),
    after(delay_ms, callback) {
      const entry = { at_ms: now_ms + delay_ms, callback };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    pending: () => waiting.size,
    pass(duration_ms) {
      now_ms += duration_ms;
      for (const entry of [...waiting].sort((left, right) => left.at_ms - right.at_ms)) {
        if (entry.at_ms > now_ms) continue;
        waiting.delete(entry);
        entry.callback();
      }
    },
  };
}

export interface Key {
  readonly ak: string;
  readonly sk: string;
}

interface Sent {
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: unknown;
  /** Signed, if the request is. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of signing. */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** Sends requests of one project as anybody could: paths and bodies as they are, without our client. */
type Caller = (method: string, path: string, sent?: Sent) => Promise<Received>;

/** Signs and sends any bytes, and gives whatever text comes back. */
type Sender = (
  method: string,
  path: string,
  sent: Omit<Sent, "body"> & { readonly text?: string | undefined },
) => Promise<{ readonly status: number; readonly headers: Received["headers"]; readonly text: string }>;

export function sender(origin: string, agent: Agent, key: Key, project_id: string): Sender {
  return async (method, path, { query = [], text, headers = {}, token, signal }) => {
    const search = canonicalQuery(query);
    const date = sdkDate(Date.now());
    const signed: Record<string, string> = {
      host: new URL(origin).host,
      "content-type": "application/json",
      "x-project-id": project_id,
      "x-sdk-date": date,
      ...headers,
    };
    const proof: Record<string, string> =
      token === undefined
        ? {
            authorization: authorization(
              { method, path, query: search, headers: signed, body: text },
              key,
              date,
            ),
          }
        : { "x-auth-token": token };
    const response = await request(`${origin}${path}${search === "" ? "" : `?${search}`}`, {
      method,
      dispatcher: agent,
      headers: { ...signed, ...proof },
      body: text ?? null,
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  };
}

export function caller(send: Sender): Caller {
  return async (method, path, { body, ...sent } = {}) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await send(method, path, { ...sent, text });
    return { ...answer, body: answer.text === "" ? undefined : JSON.parse(answer.text) };
  };
}

/** Our own typed client for every operation, with one credential. */
export function clientsOf(connection: Connection) {
  return {
    cbr: createClient(cbr, connection),
    iam: createClient(iam, connection),
    dbss: createClient(dbss, connection),
    hss: createClient(hss, connection),
    koophone: createClient(koophone, connection),
  };
}

/** One attempt only: what the provider says is what the test is about. */
export function connectionOf(
  origin: string,
  agent: Agent,
  key: Key,
  project: Connection["project"],
): Connection {
  return {
    project: { region: "eu-de", ...project },
    endpoints: () => origin,
    authenticator: signingAuthenticator({ kind: "aksk", ...key }, { clock: { wall: () => Date.now() } }),
    dispatcher: agent,
    clock: { now: () => Date.now(), wall: () => Date.now(), after: () => () => {} },
    random: { fraction: () => 0 },
    defaults: { attempts: 1 },
  };
}

export interface Stage extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly made: EmptyWorld;
  readonly cloud: Cloud;
  readonly origin: string;
  readonly agent: Agent;
  readonly project: string;
  /** As the administrator of the project. */
  readonly call: Caller;
  /** The same with any bytes. */
  readonly send: Sender;
  /** As the administrator of the other project. */
  readonly partner: Caller;
  readonly api: ReturnType<typeof clientsOf>;
  /** Lets every task that has begun end. */
  settle(): void;
  as(key: Key, project_id?: string): Caller;
}

interface StageOptions extends Pick<Partial<CloudOptions>, "faults" | "limits" | "anyDomain"> {
  readonly seed?: number;
  readonly now?: string;
  readonly settings?: Partial<Settings>;
  readonly gzip?: boolean;
}

/** The stand-in cloud over HTTP, on a clock that only the test moves. */
export async function openStage({
  seed = 1,
  now = "2026-03-02T00:30:00Z",
  ...options
}: StageOptions = {}): Promise<Stage> {
  const clock = manualClock(Date.parse(now));
  const settings = options.settings ?? {};
  const made = createEmptyWorld({ seed, now_ms: clock.now(), settings });
  const defects: unknown[] = [];
  const cloud = createCloud({ world: made.world, clock, seed, ...options });
  const provider = await startProvider({
    cloud,
    port: 0,
    gzip: options.gzip,
    onDefect: (error) => defects.push(error),
  });
  const agent = new Agent({ pipelining: 1 });
  const { project, other, admin, otherAdmin } = made.identities;
  const as = (key: Key, project_id = project.id) => caller(sender(provider.url, agent, key, project_id));
  return {
    clock,
    made,
    cloud,
    origin: provider.url,
    agent,
    project: project.id,
    call: as(admin),
    send: sender(provider.url, agent, admin, project.id),
    partner: as(otherAdmin, other.id),
    api: clientsOf(
      connectionOf(provider.url, agent, admin, { id: project.id, domain_id: project.domain_id }),
    ),
    settle: () => clock.pass(30 * minute_ms),
    as,
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await provider.close();
      if (defects.length > 0) throw new AggregateError(defects, "the stand-in cloud has a defect");
    },
  };
}

export const types = {
  server: "OS::Nova::Server",
  disk: "OS::Cinder::Volume",
  turbo: "OS::Sfs::Turbo",
} as const;

interface VaultFields {
  readonly kind?: keyof typeof types;
  readonly resources?: readonly string[];
  readonly size?: number;
  readonly locked?: boolean;
  readonly tags?: { key: string; value: string }[];
  readonly name?: string;
}

/** Creates a vault with these resources and gives its id. */
export async function makeVault(
  { api }: Stage,
  { kind = "server", resources = [], size = 100, name = "v", ...fields }: VaultFields = {},
): Promise<string> {
  const { vault } = await api.cbr.createVault({
    body: {
      vault: {
        ...fields,
        name,
        billing: { consistent_level: "crash_consistent", object_type: kind, protect_type: "backup", size },
        resources: resources.map((id) => ({ id, type: types[kind] })),
      },
    },
  });
  return vault.id;
}

type Parameters = NonNullable<Input<typeof cbr.createCheckpoint>["body"]["checkpoint"]["parameters"]>;

/** Backs the vault up and lets it end; gives the checkpoint's id. */
export async function backUp(stage: Stage, vault_id: string, parameters: Parameters = {}): Promise<string> {
  const { checkpoint } = await stage.api.cbr.createCheckpoint({
    body: { checkpoint: { vault_id, parameters } },
  });
  stage.settle();
  return checkpoint.id;
}

export async function backupsOf({ api }: Stage, query: Input<typeof cbr.listBackups>["query"] = {}) {
  return (await api.cbr.listBackups({ query })).backups;
}

export async function tasksOf({ api }: Stage, query: Input<typeof cbr.listTasks>["query"] = {}) {
  return (await api.cbr.listTasks({ query })).operation_logs;
}

export async function showVault({ api }: Stage, vault_id: string) {
  return (await api.cbr.showVault({ path: { vault_id } })).vault;
}

/** Something that happens in the account without our doing. */
export async function happen({ call }: Stage, action: Action): Promise<unknown> {
  const { status, body } = await call("POST", "/_control/actions", { body: action });
  if (status !== 200) throw new Error(`the control refused: ${JSON.stringify(body)}`);
  return body;
}

/** Puts one more fault in force. */
export async function addFault(
  { call }: Stage,
  fault: z.input<typeof callFault> | z.input<typeof taskFault>,
): Promise<void> {
  const { status, body } = await call("POST", "/_control/faults", { body: fault });
  if (status !== 200) throw new Error(`the control refused: ${JSON.stringify(body)}`);
}

/** What a refusal looks like: its status and its code. */
export const refusal = (status: number, code: string) => ({ status, body: { error_code: code } });
