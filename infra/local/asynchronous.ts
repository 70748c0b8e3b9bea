import type { Clock } from "../../shared/core/clock.ts";
import type { FunctionDefinition, Outcome } from "./functions/environment.ts";

/** What Lambda does with an event whose function fails; its own defaults where the template says nothing. */
interface AsynchronousSettings {
  readonly retries: number;
  readonly maximumAge_s: number;
  /** Gets what became of an event that was given up. */
  readonly giveUp: ((record: object) => Promise<void>) | undefined;
}

/** Lambda waits a minute before the first repetition and two before the second. */
const PAUSES_MS = [60_000, 120_000];

interface Deps {
  readonly clock: Clock;
  readonly invoke: (definition: FunctionDefinition, event: unknown) => Promise<Outcome>;
  readonly settingsOf: (definition: FunctionDefinition) => AsynchronousSettings;
}

/** Lambda's asynchronous invocation: the caller does not wait; a failed event is tried again, then given up. */
export class AsynchronousInvocations {
  readonly #deps: Deps;
  readonly #cancel = new Set<() => void>();
  #stopped = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Never rejects because of the function; rejects only when the given-up event cannot be put away. */
  async send(definition: FunctionDefinition, event: unknown): Promise<void> {
    const { clock, invoke, settingsOf } = this.#deps;
    const settings = settingsOf(definition);
    const accepted_ms = clock.now();
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      const outcome = await invoke(definition, event);
      if (outcome.ok || this.#stopped) return;
      const pause_ms = PAUSES_MS[attempt] ?? 0;
      const tooOld = clock.now() + pause_ms - accepted_ms > settings.maximumAge_s * 1000;
      if (attempt >= settings.retries || tooOld) {
        const condition = tooOld ? "EventAgeExceeded" : "RetriesExhausted";
        await settings.giveUp?.(record(definition, event, condition, attempt + 1, outcome.error));
        return;
      }
      await this.#pause(pause_ms);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancel) cancel();
  }

  #pause(pause_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancelTimer = this.#deps.clock.after(pause_ms, done);
      const cancel = () => {
        cancelTimer();
        done();
      };
      const cancels = this.#cancel;
      cancels.add(cancel);
      function done() {
        cancels.delete(cancel);
        resolve();
      }
    });
  }
}

/** The record that Lambda sends to an on-failure destination. */
function record(
  { arn }: FunctionDefinition,
  requestPayload: unknown,
  condition: string,
  approximateInvokeCount: number,
  error: { readonly type: string; readonly message: string },
): object {
  return {
    version: "1.0",
    requestContext: { functionArn: `${arn}:$LATEST`, condition, approximateInvokeCount },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: { errorType: error.type, errorMessage: error.message },
  };
}
