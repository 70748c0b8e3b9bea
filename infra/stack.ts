import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Estate } from "../shared/estate/estate.ts";
import type { Bundle } from "./bundle.ts";
import { addCheckpoints, CHECKPOINT_FUNCTIONS } from "./flows/checkpoints.ts";
import { addInstances, INSTANCE_FUNCTIONS } from "./flows/instances.ts";
import { addPrune, PRUNE_FUNCTIONS } from "./flows/prune.ts";
import { addReport, REPORT_FUNCTIONS } from "./flows/report.ts";
import { addWatching } from "./flows/watching.ts";
import { Foundation } from "./foundation.ts";

/** The functions of the stack: folders of functions/. */
export const FUNCTION_NAMES: readonly string[] = [
  ...CHECKPOINT_FUNCTIONS,
  ...PRUNE_FUNCTIONS,
  ...INSTANCE_FUNCTIONS,
  ...REPORT_FUNCTIONS,
];

export interface VigilStackProps extends StackProps {
  readonly estate: Estate;
  /** One bundle for each of FUNCTION_NAMES. */
  readonly bundles: ReadonlyMap<string, Bundle>;
}

/** Everything that is deployed: a foundation, and one flow for each thing that is looked after. */
export class VigilStack extends Stack {
  constructor(scope: Construct, id: string, { estate, bundles, ...props }: VigilStackProps) {
    super(scope, id, { description: "Vigil keeps backups honest", ...props });
    const foundation = new Foundation(this, estate, bundles);
    addCheckpoints(foundation);
    addPrune(foundation);
    addInstances(foundation);
    addReport(foundation);
    addWatching(foundation);
  }
}
