import type { Outcome } from "./work.ts";

/** What a call or a look-up ended in. `Value` is the record with whatever the answer adds to it. */
export type Result<Value> =
  /** The provider does it (or has done it); its own id of it. */
  | { readonly result: "accepted"; readonly id: string; readonly value: Value; readonly adopted: boolean }
  /** It had no effect; try the same attempt later. */
  | { readonly result: "no-effect"; readonly reason: string; readonly retry_after_ms?: number | undefined }
  /** Something else is in progress on the same thing. */
  | { readonly result: "busy"; readonly reason: string }
  /** We cannot know. */
  | { readonly result: "unknown"; readonly reason: string }
  /** The provider will not do it, now or later. `value` is the record with what the refusal adds to it. */
  | {
      readonly result: "refused";
      readonly outcome: Outcome;
      readonly code: string;
      readonly reason: string;
      readonly value?: Value;
    };

/** What happened to a message: for the log, the metrics and the tests. */
export interface Performed {
  readonly did: "nothing" | "accepted" | "adopted" | "put-off" | "doubted" | "settled" | "conflict";
  readonly why: string;
}
