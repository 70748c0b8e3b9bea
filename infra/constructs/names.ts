import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** The name of a resource as people meet it in consoles, alarms and the runbook: `vigil-<estate>-<name>`. */
export function resourceName(scope: Construct, name: string): string {
  return `${Stack.of(scope).stackName}-${name}`;
}
