/** What happens in the engine, as its listener is told. Times are epoch milliseconds of the engine's clock. */
export type EngineEvent = { readonly at_ms: number } & (
  | { readonly type: "schedule-fired"; readonly schedule: string; readonly scheduled_at: string }
  | {
      readonly type: "function-started";
      readonly function: string;
      readonly request_id: string;
      readonly cold: boolean;
    }
  | {
      readonly type: "function-ended";
      readonly function: string;
      readonly request_id: string;
      readonly duration_ms: number;
      /** Absent when it succeeded. */
      readonly error?: InvocationError;
    }
  | { readonly type: "log"; readonly function: string; readonly line: string }
  | { readonly type: "messages-sent"; readonly queue: string; readonly count: number }
  | { readonly type: "messages-received"; readonly queue: string; readonly count: number }
  | { readonly type: "messages-deleted"; readonly queue: string; readonly count: number }
  | { readonly type: "messages-failed"; readonly queue: string; readonly count: number }
  | { readonly type: "dead-lettered"; readonly queue: string; readonly count: number }
  | { readonly type: "notified"; readonly topic: string; readonly subject: string; readonly text: string }
  | {
      readonly type: "denied";
      readonly principal: string;
      readonly action: string;
      readonly resource: string;
    }
  | { readonly type: "engine-problem"; readonly message: string }
);

export interface InvocationError {
  /** `Function.TimedOut`, `Function.InitFailed`, `Function.Crashed`, or the name of what the handler threw. */
  readonly type: string;
  readonly message: string;
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, "at_ms"> : never;

/** Tells the listener, with the time filled in. */
export type Emit = (event: WithoutTime<EngineEvent>) => void;
