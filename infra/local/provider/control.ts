import * as z from "zod";
import type { CallLog } from "./calls.ts";
import { act, action } from "./control-actions.ts";
import { callFault, type Faults, faultPlan, presetNames, presets, taskFault } from "./faults.ts";
import type { Limits, Throttle } from "./limits.ts";
import type { CloudOutcome, IncomingCall } from "./wire.ts";
import { Refusal } from "./world/model.ts";
import { timestamp } from "./world/time.ts";
import type { World } from "./world/world.ts";

/** What of the cloud can be controlled from outside. */
export interface Controlled {
  readonly world: World;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly calls: CallLog;
}

/** Paths of the control endpoint begin with this; no operation of the provider does. */
export const control_prefix = "/_control/";

const faultsBody = z.union([z.strictObject({ preset: z.enum(presetNames) }), faultPlan]);
const oneFault = z.union([callFault, taskFault]);
const limit = z.strictObject({ calls: z.int().min(1), window_ms: z.int().min(1) });
const limitsBody = z.partialRecord(z.enum(["cbr", "iam", "dbss", "hss", "koophone"]), limit);

type Control = (cloud: Controlled, body: unknown, query: URLSearchParams) => unknown;

const controls: Readonly<Record<string, Control>> = {
  "GET state": stateOf,
  "GET statistics": ({ calls }) => calls.counts(),
  "GET calls": ({ calls }, _body, query) => calls.latest(Number(query.get("limit") ?? 100)),
  "GET checkpoints": checkpointsOf,
  "GET resources": resourcesOf,
  "GET phones": ({ world }) =>
    world.phones.all().map(({ id, state, frozen, backups_started, backups_finished }) => ({
      id,
      state,
      frozen,
      backups_started,
      backups_finished,
    })),
  "GET hosts": ({ world }) => world.hosts.all(),
  "GET audit-instances": ({ world }) => world.auditInstances.all(),
  "GET faults": ({ faults }) => faults.plan,
  "PUT faults": ({ faults }, body) => {
    const wanted = faultsBody.parse(body);
    faults.setPlan("preset" in wanted ? presets[wanted.preset] : wanted);
    return faults.plan;
  },
  "POST faults": ({ faults }, body) => {
    faults.add(oneFault.parse(body));
    return faults.plan;
  },
  "DELETE faults": ({ faults }) => {
    faults.setPlan(presets.none);
    return faults.plan;
  },
  "GET limits": ({ throttle }) => throttle.limits,
  "PUT limits": ({ throttle }, body) => {
    throttle.limits = toLimits(limitsBody.parse(body));
    return throttle.limits;
  },
  "POST actions": (cloud, body) => act(cloud.world, action.parse(body)),
};

function toLimits(parsed: z.output<typeof limitsBody>): Limits {
  return Object.fromEntries(Object.entries(parsed).filter(([, one]) => one !== undefined));
}

/** Answers a request to the control endpoint. It asks for no credential: the server lets in only what comes from this machine. */
export function answerControl(cloud: Controlled, call: IncomingCall): CloudOutcome {
  const url = new URL(call.url, "http://control");
  const control = controls[`${call.method} ${url.pathname.slice(control_prefix.length)}`];
  if (control === undefined)
    return json(404, { error_code: "CONTROL.404", error_msg: "There is no such control." });
  try {
    const body: unknown =
      call.body.length === 0 ? undefined : JSON.parse(Buffer.from(call.body).toString("utf8"));
    return json(200, control(cloud, body, url.searchParams) ?? {});
  } catch (error) {
    return json(400, { error_code: "CONTROL.400", error_msg: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof Refusal || error instanceof SyntaxError) return error.message;
  throw error;
}

function json(status: number, value: unknown): CloudOutcome {
  return {
    kind: "answer",
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}

function stateOf({ world }: Controlled): unknown {
  const checkpoints = Map.groupBy(world.checkpoints.all(), ({ vault_id }) => vault_id);
  return {
    now: timestamp(world.now),
    vaults: world.vaults.all().map((vault) => ({
      id: vault.id,
      name: vault.name,
      project_id: vault.project_id,
      status: vault.status,
      locked: vault.locked,
      size_gb: vault.size_gb,
      used_mb: vault.used_mb,
      resources: vault.resources.size,
      running_tasks: vault.running.size,
      checkpoints: checkpoints.get(vault.id)?.length ?? 0,
      backups: world.backupsOfVault.get(vault.id)?.size ?? 0,
    })),
    backups: world.backups.size,
    tasks: world.tasks.size,
    policies: world.policies.size,
    phones: world.phones.size,
    planned: world.agenda.length,
  };
}

function checkpointsOf({ world }: Controlled, _body: unknown, query: URLSearchParams): unknown {
  const vault_id = query.get("vault_id");
  return world.checkpoints
    .newest((checkpoint) => vault_id === null || checkpoint.vault_id === vault_id)
    .map(({ id, name, vault_id: of, created, status, auto_trigger, resources, skipped }) => ({
      id,
      name,
      vault_id: of,
      created_at: timestamp(created),
      status,
      auto_trigger,
      resources: resources.map(({ resource, protect_status }) => ({ id: resource.id, protect_status })),
      skipped,
    }));
}

function resourcesOf({ world }: Controlled, _body: unknown, query: URLSearchParams): unknown {
  const id = query.get("id");
  return [...world.resources.values()]
    .filter((resource) => id === null || resource.id === id)
    .map((resource) => ({ ...resource, vault_id: world.holders.get(resource.id)?.id ?? null }));
}
