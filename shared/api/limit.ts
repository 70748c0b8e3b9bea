import type * as z from "zod";

/** What is wrong with an input: where it is, and what it must be. */
interface Limit {
  readonly path: readonly string[];
  readonly limit: string;
}

/** Says the first problem that a schema found, as a limit on a parameter. Never says the refused value. */
export function describeLimit({ issues }: z.ZodError): Limit {
  const issue = deepest(issues);
  if (issue === undefined) return { path: [], limit: "is not as documented" };
  return { path: issue.path.map(String), limit: limitOf(issue) };
}

/** Of a union's alternatives the one that came furthest is what the caller meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [issue] = issues;
  if (issue?.code !== "invalid_union") return issue;
  let best: z.core.$ZodIssue | undefined;
  for (const alternative of issue.errors) {
    const found = deepest(alternative);
    if (found === undefined) continue;
    if (best === undefined || rank(found) > rank(best)) best = found;
  }
  return best === undefined ? issue : { ...best, path: [...issue.path, ...best.path] };
}

function rank({ path, code }: z.core.$ZodIssue): number {
  return path.length * 2 + (code === "invalid_type" ? 0 : 1);
}

function limitOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return bound("at most", Number(issue.maximum), issue.origin);
    case "too_small":
      return bound("at least", Number(issue.minimum), issue.origin);
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return `must be of type ${issue.expected}`;
    case "unrecognized_keys":
      return `has no field named ${issue.keys.join(", ")}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return issue.message;
  }
}

function bound(side: "at most" | "at least", limit: number, origin: string): string {
  const s = limit === 1 ? "" : "s";
  if (origin === "string") return `must be ${side} ${limit} character${s} long`;
  if (origin === "array" || origin === "set") return `must have ${side} ${limit} item${s}`;
  return `must be ${side} ${limit}`;
}
