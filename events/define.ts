import * as z from "zod";

/** What goes wrong when a message is not what it claims to be; it belongs in the dead-letter queue. */
export class MalformedEvent extends Error {
  override readonly name = "MalformedEvent";
}

/** One kind of event: its name, version, schema and example, and the only way to write and read it. */
export interface EventDefinition<Name extends string, Schema extends z.ZodType> {
  readonly name: Name;
  readonly version: number;
  readonly schema: Schema;
  /** A payload that parses; events/examples and the console are made from it. */
  readonly example: z.output<Schema>;
  /** The event as JSON text, refused when the data does not fit the schema. */
  create(data: z.input<Schema>): string;
  /** Reads what `create` wrote, as text or already decoded. Throws MalformedEvent, naming the wrong fields. */
  parse(message: unknown): z.output<Schema>;
}

const envelope = z.object({ event: z.string(), version: z.number().int(), data: z.unknown() });

export function defineEvent<const Name extends string, Schema extends z.ZodType>(definition: {
  readonly name: Name;
  readonly version: number;
  readonly schema: Schema;
  readonly example: z.output<Schema>;
}): EventDefinition<Name, Schema> {
  const { name, version, schema } = definition;
  const refuse = (why: string) => new MalformedEvent(`not a ${name} event of version ${version}: ${why}`);
  return {
    ...definition,
    create: (data) => JSON.stringify({ event: name, version, data: schema.parse(data) }),
    parse(message) {
      const outer = envelope.safeParse(typeof message === "string" ? decode(message, refuse) : message);
      if (!outer.success) throw refuse(z.prettifyError(outer.error));
      if (outer.data.event !== name) throw refuse(`it is called ${JSON.stringify(outer.data.event)}`);
      if (outer.data.version !== version) throw refuse(`it has version ${outer.data.version}`);
      const inner = schema.safeParse(outer.data.data);
      if (!inner.success) throw refuse(z.prettifyError(inner.error));
      return inner.data;
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
