const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

/** Percent-encodes everything but RFC 3986's unreserved characters, as UTF-8 with upper-case hexadecimal digits. */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Why a text cannot be one segment of a path, whatever its encoding; undefined when it can. */
function segmentProblem(text: string): string | undefined {
  if (text === "") return "must not be empty";
  if (text === "." || text === "..") return "must not be . or ..: it would change the path";
  if (!text.isWellFormed()) return "must be well-formed Unicode";
  return undefined;
}

/** Builds a path from its parameters; the result is encoded and has as many segments as the template. */
type PathBuilder = (parameter: (name: string) => string | undefined) => string;

/**
 * Compiles a template such as `/v3/{project_id}/vaults/{vault_id}`. The builder is the only way to a path: a parameter
 * that is missing or could escape its segment is refused as InvalidRequest.
 */
export function compilePath(operation: string, template: string): PathBuilder {
  // A parameter is a whole segment, so splitting at "/" finds them all; the template's own first "/" goes first.
  const segments = template
    .slice(1)
    .split("/")
    .map((text) => ({ text, name: /^\{(\w+)\}$/.exec(text)?.[1] }));
  return (parameter) => {
    let path = "";
    for (const { text, name } of segments) {
      path += name === undefined ? `/${text}` : `/${encodeParameter(operation, name, parameter(name))}`;
    }
    return path;
  };
}

function encodeParameter(operation: string, name: string, value: string | undefined): string {
  if (value === undefined) throw new InvalidRequest(operation, `path.${name}`, "is missing");
  const problem = segmentProblem(value);
  if (problem !== undefined) throw new InvalidRequest(operation, `path.${name}`, problem);
  return percentEncode(value);
}

/** Input that the documents do not allow, refused before anything was sent. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
  readonly operation: string;
  /** Where the parameter is and what it is called, for example `query.limit` or `body.vault.name`. */
  readonly parameter: string;
  /** What the parameter must be, for example `must be at most 1000`. Never the refused value: it may be a secret. */
  readonly limit: string;

  constructor(operation: string, parameter: string, limit: string) {
    super(`${operation}: ${parameter} ${limit}; nothing was sent`);
    this.operation = operation;
    this.parameter = parameter;
    this.limit = limit;
  }
}
