import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import { type Container, createContainer } from "./container.ts";
import type { Dice } from "./dice.ts";
import type { FaultProfile } from "./fault-profile.ts";
import type { Journal } from "./journal.ts";
import type { VirtualTime } from "./time.ts";

/** What one invocation is given. */
export interface Invocation {
  readonly id: string;
  /** Aborted shortly before the function's time is over. */
  readonly signal: AbortSignal;
  /** A signal that is aborted when this part of the time that is left now has passed. */
  readonly share: (part: number) => AbortSignal;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly timeout_s: number;
  /** The cold start: what lives as long as the container. Gives what handles one invocation. */
  open(container: Container): (input: unknown, invocation: Invocation) => Promise<unknown>;
}

export type Outcome = { readonly ok: true; readonly result: unknown } | { readonly ok: false };

export interface Functions {
  /** Runs a function in a warm or a new container and says how it ended: once, whatever happens. */
  invoke(definition: FunctionDefinition, input: unknown, done: (outcome: Outcome) => void): void;
  /** No container that has begun is used again. */
  retire(): void;
  /** Invocations that have not ended. */
  readonly running: number;
}

interface Deps {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly dice: Dice;
  readonly journal: Journal;
  readonly faultProfile: () => FaultProfile["functions"];
}

/** The platform keeps clocks within so much of the truth. */
export const clockSkew_ms = 5_000;
/** As in shared/lambda/function.ts. */
const reserve_ms = 3_000;

interface Warm {
  readonly container: Container;
  readonly handle: ReturnType<FunctionDefinition["open"]>;
}

export function simulatedFunctions(deps: Deps): Functions {
  const { time, random, journal, faultProfile } = deps;
  let idle = new Map<string, Warm[]>();
  let containers = 0;
  let invocations = 0;
  let running = 0;

  function place(definition: FunctionDefinition): Warm & { readonly start_ms: number } {
    const warm = idle.get(definition.name)?.pop();
    if (warm !== undefined && random.fraction() >= faultProfile().cold) return { ...warm, start_ms: 1 };
    containers += 1;
    const skew_ms = random.between(-clockSkew_ms, clockSkew_ms);
    const container = createContainer(time, `${definition.name}-${containers}`, skew_ms);
    return { container, handle: definition.open(container), start_ms: random.between(100, 2_000) };
  }

  return {
    get running() {
      return running;
    },
    retire() {
      idle = new Map();
    },
    invoke(definition, input, done) {
      invocations += 1;
      running += 1;
      const ofDeployment = idle;
      const id = `i${invocations}`;
      const { container, handle, start_ms } = place(definition);
      const cancels: (() => void)[] = [];
      let open = true;
      const end = (outcome: Outcome, how: string) => {
        if (!open) return;
        open = false;
        running -= 1;
        for (const cancel of cancels) cancel();
        journal.note(id, `${definition.name} ${how}`);
        done(outcome);
      };
      const limit_ms = definition.timeout_s * 1000;
      time.after(start_ms, () => {
        const until_ms = time.now() + limit_ms - reserve_ms;
        const share = (part: number) => {
          const abort = new AbortController();
          const end = () => container.arrives(() => abort.abort(new Error("time is over")));
          cancels.push(time.after(Math.max(0, until_ms - time.now()) * part, end));
          return abort.signal;
        };
        journal.note(id, `${definition.name} begins in ${container.id}: ${describe(input)}`);
        const signal = share(1);
        cancels.push(time.after(limit_ms, () => container.kill()));
        container.thaw(stepsToLive(deps), () => end({ ok: false }, "died"));
        handle(input, { id, signal, share }).then(
          (result) => finish({ ok: true, result }, "ended"),
          (error: unknown) => finish({ ok: false }, `failed: ${error}`),
        );
      });
      const finish = (outcome: Outcome, how: string) => {
        if (!container.alive || !open) return;
        container.freeze();
        const warm = ofDeployment.get(definition.name) ?? [];
        ofDeployment.set(definition.name, [...warm, { container, handle }]);
        end(outcome, how);
      };
    },
  };
}

const describe = (input: unknown) => (typeof input === "string" ? input : JSON.stringify(input));

/** Most die young if they die at all: the first steps are those of the protocol. */
function stepsToLive({ random, dice, faultProfile }: Deps): number {
  if (!dice.strikes(faultProfile().dies)) return Number.POSITIVE_INFINITY;
  return random.between(0, random.pick([6, 20, 80]));
}
