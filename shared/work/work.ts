import * as z from "zod";

const time_ms = z.number().int();

/**
 * One unit of work that the provider must do exactly once: a checkpoint of a vault for a night, the backup of a
 * phone for a release, a switch that is to be set. It is part of a ledger record and changes only by the functions of
 * transitions.ts, each written under the revision it was decided on.
 *
 *   planned ──claim──▶ intended ──accepted──▶ accepted ──settled──▶ settled
 *      ▲                  │  no effect: back, due later               ▲
 *      └──────────────────┘  unknown: stays, until somebody has looked ┘
 */
export const workSchema = z.object({
  state: z.enum(["planned", "intended", "accepted", "settled"]),
  /** Counts from 1. Each attempt has its own name at the provider and its own message. */
  attempt: z.number().int().min(1),
  /** Nothing is done before. Waiting lives here, not in the queue. */
  not_before_ms: time_ms,
  /** When a message for the current attempt was last sent. */
  sent_at_ms: time_ms,
  /** How often the current attempt was put off; the next delay grows with it. */
  put_off: z.number().int().min(0),
  /** The attempt must be looked for before it is first posted: somebody may have posted it that we know nothing of. */
  look_first: z.boolean(),
  /** Written before the call: from here on we may have done it. */
  intent: z
    .object({
      at_ms: time_ms,
      /** Until then another invocation may be making its call, or its effect may not be visible yet: nobody looks, nobody acts. */
      lease_until_ms: time_ms,
      /** Which invocation it was. */
      by: z.string(),
    })
    .nullable(),
  /** The provider's own id of what it accepted (a checkpoint, a task), from its answer or found by a look-up. */
  accepted: z.object({ at_ms: time_ms, id: z.string(), adopted: z.boolean() }).nullable(),
  /** How it ended. */
  settled: z
    .object({
      at_ms: time_ms,
      outcome: z.enum(["done", "partial", "failed", "skipped", "given-up", "stuck"]),
      code: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
});

export type Work = z.output<typeof workSchema>;
export type Settlement = NonNullable<Work["settled"]>;
export type Outcome = Settlement["outcome"];

/** Work is open as long as something about it may still change. */
export const isOpen = (work: Work): boolean => work.state !== "settled";
