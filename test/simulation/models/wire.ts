import type { Dispatcher } from "undici";
import type { Cloud } from "../../../infra/local/provider/service.ts";
import type { CloudOutcome, IncomingCall } from "../../../infra/local/provider/wire.ts";
import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { Dispatch } from "../../../shared/api/exchange.ts";
import type { Container } from "./container.ts";
import type { Dice } from "./dice.ts";
import type { FaultProfile } from "./fault-profile.ts";
import type { Journal } from "./journal.ts";
import type { Oddity } from "./oddities.ts";
import type { VirtualTime } from "./time.ts";

/** A request when it leaves a function, and when it arrives at the provider. */
export interface WireListener {
  sent?(request: SentRequest): void;
  /** Before the provider has heard of it. */
  arriving?(request: SentRequest): void;
  /** As the provider answered it; the answer may never arrive. */
  answered?(request: SentRequest, outcome: CloudOutcome): void;
}

export interface SentRequest extends IncomingCall {
  readonly origin: string;
  readonly container: string;
}

interface Deps {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly dice: Dice;
  readonly journal: Journal;
  readonly faultProfile: () => FaultProfile["wire"];
  /** Which cloud answers at an origin. */
  readonly cloudAt: (origin: string) => Cloud;
  /** What is wrong with the gateway before it. */
  readonly gatewayAt: (origin: string) => Gateway;
  readonly listener: WireListener;
  /** What the gateway makes of this request's answer; mostly nothing. */
  readonly oddity: (
    request: SentRequest,
  ) => { readonly oddity: Oddity; readonly random: SeededRandom } | undefined;
}

/** A gateway that works refuses no connection and answers nothing by itself. */
export interface Gateway {
  readonly refuses: boolean;
  readonly answer: CloudOutcome | undefined;
}

/** A gateway passes a request on for so long, also when its sender has gone. */
export const gateway_timeout_ms = 60_000;
/** What the provider itself may need of it, for its own delays before the effect (see fault profile.ts). */
const processing_ms = 16_000;

type Handler = Dispatcher.DispatchHandler;

/** The way from one container to the provider: undici's own interface over no sockets. */
export function simulatedWire(deps: Deps, container: Container): Dispatch {
  return {
    dispatch(options, handler) {
      if (!container.leaves()) return true;
      const request = toRequest(options, container.id);
      const { refused, cut } = deps.faultProfile();
      const { random, dice, journal } = deps;
      const line = `${request.method} ${request.url}`;
      if (deps.gatewayAt(request.origin).refuses || dice.strikes(refused)) {
        journal.note(container.id, `is refused a connection for ${line}`);
        later(deps, container, 5, () => handler.onResponseError?.(closed(), failure("ECONNREFUSED")));
        return true;
      }
      journal.note(container.id, `sends ${line}${request.body.length > 0 ? ` ${decode(request.body)}` : ""}`);
      deps.listener.sent?.(request);
      const controller = openController();
      handler.onRequestStart?.(controller, {});
      const breaks = dice.strikes(cut);
      if (breaks) cutOff(deps, container, handler, controller);
      // Of the connections that break, half still carry the request.
      if (breaks && random.fraction() < 0.5) return true;
      carry(deps, container, request, handler, controller);
      return true;
    },
  };
}

function carry(
  deps: Deps,
  container: Container,
  request: SentRequest,
  handler: Handler,
  controller: Controller,
): void {
  const { time, journal, cloudAt, listener } = deps;
  time.after(delay_ms(deps, gateway_timeout_ms - processing_ms), () => {
    const odd = deps.oddity(request);
    const instead = deps.gatewayAt(request.origin).answer ?? odd?.oddity.instead;
    if (instead !== undefined) {
      journal.note(container.id, `is answered by the gateway to ${request.method} ${request.url}`);
      reply(deps, container, instead, handler, controller);
      return;
    }
    listener.arriving?.(request);
    const { origin, container: sender, ...call } = request;
    cloudAt(origin)
      .answer(call)
      .then((outcome) => {
        const what = outcome.kind === "answer" ? outcome.status : outcome.kind;
        listener.answered?.(request, outcome);
        journal.note(sender, `is answered ${what} to ${call.method} ${call.url}`);
        const changed = outcome.kind === "answer" ? odd?.oddity.change?.(outcome, odd.random) : undefined;
        if (changed) journal.note(sender, `is given ${odd?.oddity.name} to ${call.method} ${call.url}`);
        reply(deps, container, changed ?? outcome, handler, controller);
      });
  });
}

function reply(
  deps: Deps,
  container: Container,
  outcome: CloudOutcome,
  handler: Handler,
  controller: Controller,
): void {
  if (outcome.kind === "hang") return;
  later(deps, container, delay_ms(deps, gateway_timeout_ms), () => {
    if (controller.ended) return;
    controller.ended = true;
    if (outcome.kind === "reset") {
      handler.onResponseError?.(controller, failure("ECONNRESET"));
      return;
    }
    handler.onResponseStart?.(controller, outcome.status, outcome.headers);
    handler.onResponseData?.(controller, Buffer.from(outcome.body));
    handler.onResponseEnd?.(controller, {});
  });
}

function cutOff(deps: Deps, container: Container, handler: Handler, controller: Controller): void {
  later(deps, container, delay_ms(deps, gateway_timeout_ms), () => {
    if (controller.ended) return;
    controller.ended = true;
    handler.onResponseError?.(controller, failure("ECONNRESET"));
  });
}

function later({ time }: Deps, container: Container, wait_ms: number, happen: () => void): void {
  time.after(wait_ms, () => container.arrives(happen));
}

function delay_ms({ random, dice, faultProfile }: Deps, most_ms: number): number {
  const usual_ms = random.between(2, 60);
  return dice.strikes(faultProfile().slow) ? random.between(usual_ms, most_ms) : usual_ms;
}

function toRequest(options: Dispatcher.DispatchOptions, container: string): SentRequest {
  const headers: Record<string, string | undefined> = {};
  if (options.headers === null || typeof options.headers !== "object")
    throw new TypeError("the client sends its headers as an object");
  for (const [name, value] of Object.entries(options.headers)) headers[name] = String(value);
  const { body } = options;
  return {
    origin: String(options.origin),
    container,
    method: options.method,
    url: options.path,
    headers,
    body: typeof body === "string" ? Buffer.from(body) : no_body,
  };
}

const no_body = new Uint8Array();
const decode = (body: Uint8Array) => Buffer.from(body).toString();
const failure = (code: string) => Object.assign(new Error(code), { code });

interface Controller extends Dispatcher.DispatchController {
  ended: boolean;
}

/** Only aborting is of use to our client. */
function openController(): Controller {
  return {
    ended: false,
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort() {
      this.ended = true;
    },
    pause() {},
    resume() {},
  };
}

const closed = () => openController();
