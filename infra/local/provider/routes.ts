import type * as z from "zod";
import type { AnyOperation } from "../../../shared/api/operation.ts";
import { cbr, dbss, hss, iam, koophone } from "../../../shared/api/operations/all.ts";
import { handlers } from "./handlers/all.ts";
import type { Call, Handler, Handlers } from "./handlers/handler.ts";
import { parsePart } from "./shape.ts";

/** What the wire said, before any schema has seen it. */
interface RawInput {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

type Deps = Pick<
  Call<AnyOperation>,
  "world" | "user" | "project_id" | "projects" | "lists" | "answerHeaders"
>;

/** An operation with its handler, ready to be called with what the wire said. */
export interface Route {
  readonly operation: AnyOperation;
  /** Names of the path's parameters, in order. */
  readonly names: readonly string[];
  /** Checks the shape of the request and does what it says. Throws a Refusal. */
  readonly run: (raw: RawInput, deps: Deps) => unknown;
}

function routeOf<O extends AnyOperation>(operation: O, handler: Handler<O>): Route {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const parameters: Readonly<Record<string, z.ZodType<string>>> = operation.parameters;
  return {
    operation,
    names,
    run(raw, deps) {
      const part = <Schema extends z.ZodType | undefined>(schema: Schema, value: unknown, place: string) =>
        parsePart(schema, value, { place, service: operation.service });
      for (const name of names) part(parameters[name], raw.path[name], name);
      const query = part(operation.query, raw.query, "query");
      const body = part(operation.body, raw.body, "body");
      const headers = part(operation.headers, raw.headers, "header");
      // The parts have just been parsed with this operation's own schemas; only their relation to O is unknown here.
      return handler({ ...deps, path: raw.path, query, headers, body } as Call<O>);
    },
  };
}

function routesOf<Operations extends Readonly<Record<string, AnyOperation>>>(
  operations: Operations,
  handlersOf: Handlers<Operations>,
): Route[] {
  const one = <Name extends keyof Operations>(name: Name) => routeOf(operations[name], handlersOf[name]);
  return Object.keys(operations).map(one);
}

/** One step of a path: the segments that may follow, and what may be done here. */
interface Step {
  readonly literal: Map<string, Step>;
  parameter: Step | undefined;
  readonly methods: Map<string, Route>;
}

const newStep = (): Step => ({ literal: new Map(), parameter: undefined, methods: new Map() });

function compile(routes: readonly Route[]): Step {
  const root = newStep();
  for (const route of routes) {
    let step = root;
    for (const segment of route.operation.path.slice(1).split("/")) {
      step = segment.startsWith("{") ? followParameter(step) : follow(step.literal, segment);
    }
    step.methods.set(route.operation.method, route);
  }
  return root;
}

function followParameter(step: Step): Step {
  step.parameter ??= newStep();
  return step.parameter;
}

function follow(literal: Map<string, Step>, segment: string): Step {
  const known = literal.get(segment) ?? newStep();
  literal.set(segment, known);
  return known;
}

const root = compile([
  ...routesOf(cbr, handlers.cbr),
  ...routesOf(iam, handlers.iam),
  ...routesOf(dbss, handlers.dbss),
  ...routesOf(hss, handlers.hss),
  ...routesOf(koophone, handlers.koophone),
]);

/** The route of a method and a path's decoded segments, with the values of its parameters. */
export function findRoute(method: string, segments: readonly string[]) {
  const values: string[] = [];
  const route = search(root, method, segments, 0, values);
  if (route === undefined) return undefined;
  const path: Record<string, string> = {};
  route.names.forEach((name, index) => {
    path[name] = values[index] ?? "";
  });
  return { route, path };
}

/** A literal segment wins over a parameter, unless nothing is found behind it. */
function search(
  step: Step,
  method: string,
  segments: readonly string[],
  depth: number,
  values: string[],
): Route | undefined {
  const segment = segments[depth];
  if (segment === undefined) return step.methods.get(method);
  const literal = step.literal.get(segment);
  const found = literal && search(literal, method, segments, depth + 1, values);
  if (found !== undefined || step.parameter === undefined) return found;
  values.push(segment);
  const behind = search(step.parameter, method, segments, depth + 1, values);
  if (behind === undefined) values.pop();
  return behind;
}
