import * as z from "zod";
import { type Stamp, stampSchema, type Versions, versioned } from "./versions.ts";

/**
 * What goes wrong when a message is not what it claims to be, or is of a version that this code cannot read. It goes back to its
 * queue, as whatever fails does: after a rollback the newer deployment may be there again before it is a dead letter.
 */
export class MalformedEvent extends Error {
  override readonly name = "MalformedEvent";
}

/** One kind of event: its name, version, schema and example, and the only way to write and read it. */
export interface EventDefinition<Name extends string, Schema extends z.ZodType> {
  readonly name: Name;
  readonly version: number;
  readonly schema: Schema;
  /** Data that parse; events/examples and the console are made from it. */
  readonly example: z.output<Schema>;
  /** What a message carries beside its data. */
  readonly envelope: { readonly event: Name } & Stamp;
  /** The event as JSON text, refused when the data does not fit the schema. */
  create(data: z.input<Schema>): string;
  /** Reads what `create` wrote, in this version or another (see versions.ts), as text or already decoded. Throws MalformedEvent, naming what is wrong. */
  parse(message: unknown): z.output<Schema>;
}

const message = stampSchema.extend({ event: z.string(), data: z.unknown() });

export function defineEvent<const Name extends string, Schema extends z.ZodType>(
  definition: {
    readonly name: Name;
    readonly schema: Schema;
    readonly example: z.output<Schema>;
  } & Versions<Schema>,
): EventDefinition<Name, Schema> {
  const { name, version, schema, example } = definition;
  const { stamp, read } = versioned(schema, definition);
  const envelope = { event: name, ...stamp };
  const refuse = (why: string) => new MalformedEvent(`not a ${name} event of version ${version}: ${why}`);
  return {
    ...{ name, version, schema, example, envelope },
    create: (data) => JSON.stringify({ ...envelope, data: schema.parse(data) }),
    parse(received) {
      const outer = message.safeParse(typeof received === "string" ? decode(received, refuse) : received);
      if (!outer.success) throw refuse(z.prettifyError(outer.error));
      if (outer.data.event !== name) throw refuse(`it is called ${JSON.stringify(outer.data.event)}`);
      const inner = read(outer.data, outer.data.data);
      if ("problem" in inner) throw refuse(inner.problem);
      return inner.value;
    },
  };
}

function decode(text: string, refuse: (why: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("it is not JSON");
  }
}
