import type { Dispatcher } from "undici";
import type { Dispatch } from "../../shared/api/exchange.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";

const never = new Promise<never>(() => undefined);

/**
 * A function's life, counted in the moments at which it can die: before and after the effect of each thing that it
 * awaits. At the chosen moment it stops for good: nothing it waits for comes back to it.
 */
export class Mortal {
  #moments = 0;
  readonly #dieAt: number;
  readonly died: Promise<"died">;
  #die: (word: "died") => void = () => undefined;
  #dead = false;

  constructor(dieAt: number) {
    this.#dieAt = dieAt;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  /** Passes one moment; false when the function is dead. */
  #pass(): boolean {
    if (!this.#dead && ++this.#moments === this.#dieAt) {
      this.#dead = true;
      this.#die("died");
    }
    return !this.#dead;
  }

  ledger(ledger: Ledger): Ledger {
    const live = async <T>(run: () => Promise<T>): Promise<T> => {
      if (!this.#pass()) return never;
      const result = await run();
      return this.#pass() ? result : never;
    };
    return {
      read: (key) => live(() => ledger.read(key)),
      write: (entry, expected) => live(() => ledger.write(entry, expected)),
      remove: (key, expected) => live(() => ledger.remove(key, expected)),
      list: (listing) => ledger.list(listing),
    };
  }

  /** A request that was sent reaches the provider whether or not its sender lives to see the answer. */
  dispatcher(dispatcher: Dispatcher): Dispatch {
    return {
      dispatch: (options, handler) => {
        if (!this.#pass()) return true;
        const onlyTheLiving: Dispatcher.DispatchHandler = {
          onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
          onResponseStart: (...given) => !this.#dead && handler.onResponseStart?.(...given),
          onResponseData: (...given) => !this.#dead && handler.onResponseData?.(...given),
          onResponseEnd: (...given) => this.#pass() && handler.onResponseEnd?.(...given),
          onResponseError: (...given) => !this.#dead && handler.onResponseError?.(...given),
        };
        return dispatcher.dispatch(options, onlyTheLiving);
      },
    };
  }
}
