import { type Clock, sleep } from "../../../shared/core/clock.ts";
import { authenticate } from "./authenticate.ts";
import { createCallLog } from "./calls.ts";
import { answerControl, type Controlled, control_prefix } from "./control.ts";
import { errorAnswer } from "./errors.ts";
import { type CallFault, createFaults, type FaultPlan, presets } from "./faults.ts";
import { createThrottle, type Limits } from "./limits.ts";
import { oddReply, type Reply } from "./oddities.ts";
import { findRoute, type Route } from "./routes.ts";
import { enter, type Scope } from "./scope.ts";
import { type CloudOutcome, type CloudRequest, type IncomingCall, queryValues, readRequest } from "./wire.ts";
import { mayDo } from "./world/identity.ts";
import { Refusal } from "./world/model.ts";
import type { World } from "./world/world.ts";

export interface CloudOptions {
  readonly world: World;
  readonly clock: Clock;
  /** Decides the faults; the world has its own. */
  readonly seed: number;
  readonly faults?: FaultPlan | undefined;
  readonly limits?: Limits | undefined;
  /** Any well-formed account id is taken for the caller's own. */
  readonly anyDomain?: boolean | undefined;
}

/** The stand-in cloud: every service of the provider behind one function that knows of no sockets. */
export interface Cloud extends Controlled {
  readonly clock: Clock;
  /** Answers one request, or says that its connection is cut or never answered. Rejects only on a defect. */
  answer(call: IncomingCall): Promise<CloudOutcome>;
}

export function createCloud({ world, clock, seed, anyDomain = false, ...options }: CloudOptions): Cloud {
  const faults = createFaults(seed, options.faults ?? presets.none);
  world.outcomeOf = (task) => faults.forTask(task);
  world.phoneOutcomeOf = () => faults.forPhone();
  const throttle = createThrottle(options.limits ?? {});
  const calls = createCallLog();
  const cloud: Cloud = {
    world,
    clock,
    faults,
    throttle,
    calls,
    async answer(call) {
      world.advance(clock.now());
      if (call.url.startsWith(control_prefix)) return answerControl(cloud, call);
      const context: Context = { cloud, anyDomain, at_ms: clock.now(), request_id: world.random.hex(32) };
      return respond(context, call);
    },
  };
  return cloud;
}

/** What is known of a call while it is answered. */
interface Context {
  readonly cloud: Cloud;
  readonly anyDomain: boolean;
  readonly at_ms: number;
  readonly request_id: string;
  route?: Route | undefined;
  scope?: Scope | undefined;
  effect?: boolean;
  answerHeaders?: Record<string, string>;
}

async function respond(context: Context, call: IncomingCall): Promise<CloudOutcome> {
  try {
    return await perform(context, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(context, call, error);
  }
}

/** Route, authentication, permission, shape, existence, state: in this order. */
async function perform(context: Context, call: IncomingCall): Promise<CloudOutcome> {
  const { cloud } = context;
  const { clock } = cloud;
  const request = readRequest(call);
  const found = findRoute(request.method, request.segments);
  if (found === undefined) throw new Refusal("APIGW.0101");
  const { route, path } = found;
  context.route = route;
  const scope = identify(context, request, route, path);
  context.scope = scope;
  throttleUser(context, route, scope);

  const struck = cloud.faults.forCall(route.operation.name, scope.project_id);
  if (struck.delay_before_ms > 0) await later(cloud, struck.delay_before_ms);
  if (struck.before !== undefined) return fail(context, call, struck.before);
  if (scope.user !== undefined && !mayDo(scope.user, route.operation.permission)) {
    throw new Refusal("APIGW.0302", `No policy of the user allows ${route.operation.permission}.`);
  }
  const reply = run(context, request, { route, path, scope, odd: struck.odd });
  if (struck.delay_after_ms > 0) await later(cloud, struck.delay_after_ms);
  if (struck.after !== undefined) return fail(context, call, struck.after);
  const odd = oddReply(route.operation, reply, struck.odd);
  return finished(context, call, { duration_ms: clock.now() - context.at_ms, reply, odd });
}

async function later(cloud: Cloud, delay_ms: number): Promise<void> {
  await sleep(cloud.clock, delay_ms);
  cloud.world.advance(cloud.clock.now());
}

function identify(
  { cloud, anyDomain }: Context,
  request: CloudRequest,
  { operation }: Route,
  path: Readonly<Record<string, string>>,
): Scope {
  if (operation.scope === "public") return { user: undefined, project_id: "", projects: [] };
  const identity = authenticate(cloud.world, request, cloud.clock.wall());
  return enter(cloud.world, { identity, request, operation, path, anyDomain });
}

function throttleUser({ cloud }: Context, { operation }: Route, { user }: Scope): void {
  if (user === undefined) return;
  const wait_ms = cloud.throttle.check(operation.service, user.id, cloud.world.now);
  if (wait_ms !== undefined) throw new Throttled(Math.ceil(wait_ms / 1000));
}

/** Too many calls; the answer says when to come back. */
class Throttled extends Refusal {
  readonly retry_after_s: number;

  constructor(retry_after_s: number) {
    super("APIGW.0308");
    this.retry_after_s = retry_after_s;
  }
}

/** A call that may be carried out. */
interface Accepted {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
  readonly scope: Scope;
  readonly odd: CallFault | undefined;
}

function run(context: Context, request: CloudRequest, { route, path, scope, odd }: Accepted): unknown {
  const { world, faults } = context.cloud;
  const answerHeaders: Record<string, string> = {};
  const lag_ms = faults.plan.listing_lag_ms;
  const reply = route.run(
    { path, query: queryValues(request), headers: request.headers, body: request.body },
    {
      ...scope,
      world,
      answerHeaders,
      lists: {
        visible_until: lag_ms === 0 ? Number.POSITIVE_INFINITY : world.now - lag_ms,
        drifts: faults.drifts(),
        largest_page: odd?.oddity === "capped" ? (odd.largest_page ?? 3) : Number.POSITIVE_INFINITY,
      },
    },
  );
  context.effect = true;
  context.answerHeaders = answerHeaders;
  return reply;
}

function finished(
  context: Context,
  call: IncomingCall,
  { duration_ms, reply, odd }: { duration_ms: number; reply: unknown; odd: Reply },
): CloudOutcome {
  const { request_id, answerHeaders } = context;
  const { status, type, body } = odd;
  record(context, call, { status, code: hiddenCode(reply), duration_ms });
  const headers = { "content-type": type, "x-request-id": request_id, ...answerHeaders };
  return { kind: "answer", status, headers, body };
}

/** The code of an error that a service hides in a successful answer. */
function hiddenCode(reply: unknown): string | undefined {
  if (typeof reply !== "object" || reply === null || !("error_code" in reply)) return undefined;
  const code = String(reply.error_code);
  return code === "0" ? undefined : code;
}

function refused(context: Context, call: IncomingCall, refusal: Refusal, status?: number): CloudOutcome {
  const service = context.route?.operation.service ?? "cbr";
  const answer = errorAnswer(service, refusal, context.request_id, status);
  const duration_ms = context.cloud.clock.now() - context.at_ms;
  record(context, call, { status: answer.status, code: answer.code, duration_ms });
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-request-id": context.request_id,
  };
  if (refusal instanceof Throttled) headers["retry-after"] = String(refusal.retry_after_s);
  return { kind: "answer", status: answer.status, headers, body: JSON.stringify(answer.body) };
}

/** Lets a fault strike. */
function fail(context: Context, call: IncomingCall, fault: CallFault): CloudOutcome {
  const duration_ms = context.cloud.clock.now() - context.at_ms;
  switch (fault.kind) {
    case "throttle":
      return refused(context, call, new Throttled(fault.retry_after_s ?? 1));
    case "reset":
    case "hang":
      record(context, call, { status: 0, code: fault.kind, duration_ms });
      return { kind: fault.kind };
    default:
      return refused(context, call, new Refusal(fault.code ?? "APIGW.0601"), fault.status ?? 500);
  }
}

function record(
  { cloud, at_ms, request_id, route, scope, effect = false }: Context,
  { method }: IncomingCall,
  outcome: { readonly status: number; readonly code: string | undefined; readonly duration_ms: number },
): void {
  cloud.calls.add({
    at_ms,
    request_id,
    method,
    operation: route?.operation.name,
    service: route?.operation.service,
    project: scope?.project_id,
    user: scope?.user?.name,
    effect,
    ...outcome,
  });
}
