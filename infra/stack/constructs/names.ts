import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { type NamedKind, physicalName } from "../names.ts";

/** The name of a resource of the scope's stack. */
export function resourceName(
  scope: Construct,
  kind: NamedKind,
  what: string,
  whose: readonly string[] = [],
): string {
  return physicalName(Stack.of(scope).stackName, kind, what, whose);
}
