import type * as z from "zod";

/** The function cannot start: its environment is not what its schema asks for. */
export class WrongEnvironment extends Error {
  override readonly name = "WrongEnvironment";
}

/** Reads a function's variables, naming those that are missing or wrong. */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new WrongEnvironment(`environment variables are missing or wrong: ${problems.join("; ")}`);
}
