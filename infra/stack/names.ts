import { createHash } from "node:crypto";
import type { Estate } from "../../shared/estate/estate.ts";

/**
 * The longest name that AWS accepts for each kind of thing that we name, in characters. Source: the API references of Lambda,
 * EventBridge Scheduler, SQS, SNS, DynamoDB, CloudWatch and CloudWatch Logs.
 */
export const LONGEST_NAMES = {
  function: 64,
  schedule: 64,
  queue: 80,
  alarm: 255,
  dashboard: 255,
  table: 255,
  topic: 256,
  logGroup: 512,
} as const;

export type NamedKind = keyof typeof LONGEST_NAMES;

/** The one stack of an estate. */
export const stackNameOf = ({ name }: Pick<Estate, "name">) => `vigil-${name}`;

/** Ten hexadecimal digits: of a million names, two would share them once in two million accounts. */
const DIGEST_CHARACTERS = 10;

/**
 * The name of a resource as people meet it in consoles, alarms and the runbook: `<stack>-<what>-<whose>…`. `what` is one of
 * our words, `whose` are names of the estate: a project, or a project and its rule.
 *
 * Names of an estate may contain `-` themselves, and be long. Where the parts could be cut in another way (`a` and `b-c`,
 * `a-b` and `c`), or the name would be too long, it ends in `_` and a digest of its parts; no other name contains a `_`.
 */
export function physicalName(
  stackName: string,
  kind: NamedKind,
  what: string,
  whose: readonly string[] = [],
): string {
  const parts = [stackName, what, ...whose];
  const name = parts.join("-");
  const longest = LONGEST_NAMES[kind];
  const ambiguous = whose.length > 1 && whose.some((part) => part.includes("-"));
  if (!ambiguous && name.length <= longest) return name;
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${name.slice(0, longest - DIGEST_CHARACTERS - 1)}_${digest}`;
}
