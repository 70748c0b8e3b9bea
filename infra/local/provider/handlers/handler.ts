import type * as z from "zod";
import type { AnyOperation, PathParameters } from "../../../../shared/api/operation.ts";
import type { Project, User } from "../world/model.ts";
import type { Moment } from "../world/time.ts";
import type { World } from "../world/world.ts";

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** How much a list shows at this moment: what is too new is not in it yet, and it may move between two pages. */
export interface ListFaults {
  /** Things made after this moment are not in lists yet. */
  readonly visible_until: Moment;
  /** Drawn once for a call: an earlier item is missing this time, so that everything moves up by one. */
  readonly drifts: boolean;
  /** However many are asked for, no page holds more. */
  readonly largest_page: number;
}

/** An authenticated, authorized request of the right shape. */
export interface Call<O extends AnyOperation> {
  readonly world: World;
  /** Undefined only for operations whose scope is public. */
  readonly user: User | undefined;
  /** The project of the path, or of the credential where the path has none. */
  readonly project_id: string;
  /** All projects that the user may enter. */
  readonly projects: readonly Project[];
  readonly path: Readonly<Record<PathParameters<O["path"]>, string>>;
  readonly query: Parsed<O["query"]>;
  readonly headers: Parsed<O["headers"]>;
  readonly body: Parsed<O["body"]>;
  readonly lists: ListFaults;
  /** Headers of the answer beside the usual ones. */
  readonly answerHeaders: Record<string, string>;
}

/** What an operation's answer must look like before it is parsed; nothing where none is promised. */
type Reply<O extends AnyOperation> = O["answer"] extends z.ZodType ? z.input<O["answer"]> : undefined;

/** Does what an operation says, or throws a Refusal. */
export type Handler<O extends AnyOperation> = (call: Call<O>) => Reply<O>;

/** One handler for each operation of a service: a missing one does not compile. */
export type Handlers<Operations extends Readonly<Record<string, AnyOperation>>> = {
  readonly [Name in keyof Operations]: Handler<Operations[Name]>;
};
