/** The function cannot start: its environment is not what its definition asks for. */
export class WrongEnvironment extends Error {
  override readonly name = "WrongEnvironment";
}

/** Gives a function's variables by name; throws at once, naming those that are missing. */
export function readVariables(
  names: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): (name: string) => string {
  const missing = names.filter((name) => !variables[name]);
  if (missing.length > 0)
    throw new WrongEnvironment(`environment variables are missing: ${missing.join(", ")}`);
  return (name) => {
    const value = variables[name];
    if (value === undefined)
      throw new WrongEnvironment(`the definition does not ask for the variable ${name}`);
    return value;
  };
}
