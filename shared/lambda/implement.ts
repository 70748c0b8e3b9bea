import type { FunctionDefinition } from "./definition.ts";
import { type Deps, type Invocation, openDeps, type Platform } from "./deps.ts";
import type { Measure } from "./measures.ts";

/** What became of a batch whose messages were worked on together: which of them (by index) are to be tried again. */
interface Together {
  readonly broken: readonly number[];
}

/** Handles one event after the other, as text or decoded. Throws MalformedEvent, and what the job throws. */
interface OpenEach {
  readonly works: "each";
  handle(event: unknown, invocation: Invocation): Promise<unknown>;
}

/**
 * Handles the messages of a batch together. One that is no such event is broken alone; throws when nothing is known of any,
 * so that all come again.
 */
interface OpenTogether {
  readonly works: "together";
  handle(messages: readonly unknown[], invocation: Invocation): Promise<Together>;
}

/** What is answered to a request. */
interface Answer {
  readonly status: number;
}

/** Answers requests, a malformed one with 400. */
interface OpenAnswers {
  readonly works: "answers";
  handle(request: unknown, invocation: Invocation): Promise<Answer>;
}

/** A function that has been opened on a platform. */
export type OpenFunction = OpenEach | OpenTogether | OpenAnswers;

/** A definition with the job that does it. */
export interface Implementation<Name extends string = string> {
  readonly definition: FunctionDefinition & { readonly name: Name };
  /** Opens what the definition asks for, once in the function's life. */
  open(platform: Platform): OpenFunction;
}

interface OfEvent<Input> {
  readonly trigger: { readonly event: { parse(message: unknown): Input } };
}

type OneByOne = {
  readonly trigger: { readonly on: "schedule" | "asynchronous" } | { readonly works: "each" };
};
type InBatches = { readonly trigger: { readonly works: "together" } };
type AtAddress = { readonly trigger: { readonly on: "url" } };

/** What the results of a job mean in metrics: in those of its definition and no other. */
interface Measuring<D extends FunctionDefinition, Result> {
  readonly measure: (result: Result) => readonly Measure<NonNullable<D["measures"]>[number]>[];
}

/** What handles the events of an opened function, from what reads an event and what makes the deps of an invocation. */
type Handling<D extends FunctionDefinition, Input> = (
  parse: (message: unknown) => Input,
  depsOf: (invocation: Invocation) => Promise<Deps<D>>,
) => OpenFunction;

function implementation<D extends FunctionDefinition, Input>(
  definition: D & OfEvent<Input>,
  handling: Handling<D, Input>,
): Implementation<D["name"]> {
  const { trigger }: OfEvent<Input> = definition;
  return {
    definition,
    open: (platform) =>
      handling((message) => trigger.event.parse(message), openDeps<D>(definition, platform)),
  };
}

/** Says which job does what a definition promises: one event at a time. */
export function implement<D extends FunctionDefinition, Input, Result>(
  definition: D & OneByOne & OfEvent<Input>,
  job: (event: Input, deps: Deps<D>) => Promise<Result>,
  measuring?: Measuring<D, Result>,
): Implementation<D["name"]> {
  return implementation<D, Input>(definition, (parse, depsOf) => ({
    works: "each",
    async handle(event, invocation) {
      const result = await job(parse(event), await depsOf(invocation));
      if (measuring) invocation.measured(measuring.measure(result));
      return result;
    },
  }));
}

/** The same for a queue whose messages are worked on together. */
export function implementTogether<D extends FunctionDefinition, Input, Result extends Together>(
  definition: D & InBatches & OfEvent<Input>,
  job: (events: readonly Input[], deps: Deps<D>) => Promise<Result>,
): Implementation<D["name"]> {
  return implementation<D, Input>(definition, (parse, depsOf) => ({
    works: "together",
    async handle(messages, invocation) {
      const [events, places, malformed]: [Input[], number[], number[]] = [[], [], []];
      for (const [index, message] of messages.entries()) {
        try {
          events.push(parse(message));
          places.push(index);
        } catch (error) {
          invocation.malformed(index, error);
          malformed.push(index);
        }
      }
      if (events.length === 0) return { broken: malformed };
      const result = await job(events, await depsOf(invocation));
      return { ...result, broken: [...malformed, ...result.broken.flatMap((index) => places[index] ?? [])] };
    },
  }));
}

/** The same for requests to the function's own address. Whoever sends something else is told so, and nobody is woken by it. */
export function implementAddress<D extends FunctionDefinition, Input, Result extends Answer>(
  definition: D & AtAddress & OfEvent<Input>,
  job: (request: Input, deps: Deps<D>) => Promise<Result>,
  measuring?: Measuring<D, Result>,
): Implementation<D["name"]> {
  return implementation<D, Input>(definition, (parse, depsOf) => ({
    works: "answers",
    async handle(raw, invocation) {
      let request: Input;
      try {
        request = parse(raw);
      } catch {
        return { status: 400 };
      }
      const result = await job(request, await depsOf(invocation));
      if (measuring) invocation.measured(measuring.measure(result));
      return result;
    },
  }));
}
