import type { Dispatcher } from "undici";
import type { Cloud } from "../../infra/local/provider/service.ts";
import type { Dispatch } from "../../shared/api/exchange.ts";

/** undici's own interface to the stand-in cloud, without sockets: for tests whose time is not real. */
export function inProcess(cloud: Cloud): Dispatch {
  return {
    dispatch(options, handler) {
      const controller = openController();
      handler.onRequestStart?.(controller, {});
      const headers = Object.fromEntries(
        Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]),
      );
      const body = typeof options.body === "string" ? Buffer.from(options.body) : new Uint8Array();
      void cloud.answer({ method: options.method, url: options.path, headers, body }).then((outcome) => {
        if (outcome.kind === "hang") return;
        if (outcome.kind === "reset") {
          const error = Object.assign(new Error("reset"), { code: "ECONNRESET" });
          handler.onResponseError?.(controller, error);
          return;
        }
        handler.onResponseStart?.(controller, outcome.status, outcome.headers);
        handler.onResponseData?.(controller, Buffer.from(outcome.body));
        handler.onResponseEnd?.(controller, {});
      });
      return true;
    },
  };
}

function openController(): Dispatcher.DispatchController {
  return {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort() {},
    pause() {},
    resume() {},
  };
}
