import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { functions } from "../../functions/all.ts";
import type { Estate } from "../../shared/estate/estate.ts";
import type { Bundle } from "./bundle.ts";
import { Foundation } from "./foundation.ts";
import { addFunctions } from "./functions.ts";
import { addWatching } from "./watching/watching.ts";

/** The functions of the stack: folders of functions/. */
export const FUNCTION_NAMES: readonly string[] = functions.map(({ name }) => name);

interface VigilStackProps extends StackProps {
  readonly estate: Estate;
  /** One bundle for each of FUNCTION_NAMES. */
  readonly bundles: ReadonlyMap<string, Bundle>;
}

/** Everything that is deployed: a foundation, the functions as they define themselves, and what watches them. */
export class VigilStack extends Stack {
  constructor(scope: Construct, id: string, { estate, bundles, ...props }: VigilStackProps) {
    super(scope, id, { description: "Vigil keeps backups honest", ...props });
    const foundation = new Foundation(this, estate, bundles);
    addFunctions(foundation);
    addWatching(foundation);
  }
}
