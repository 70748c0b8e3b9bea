import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Estate } from "../../../shared/estate/estate.ts";
import { readAssembly } from "../../local/template/assembly.ts";
import { modelOf } from "../../local/template/model.ts";
import { FUNCTION_NAMES, VigilStack } from "../../stack/stack.ts";
import { createApp } from "../../stack/synthesize.ts";

/** What the template of an estate says is there, by the names that it has in AWS. */
export interface Expected {
  readonly stackName: string;
  /** `dead`: for what could not be done; nothing should lie in it. */
  readonly queues: readonly { readonly name: string; readonly dead: boolean }[];
  readonly topics: readonly string[];
  readonly schedules: readonly {
    readonly name: string;
    readonly expression: string;
    readonly timezone: string;
  }[];
  readonly mappings: readonly {
    readonly functionName: string;
    readonly queueName: string;
    readonly maximumConcurrency: number;
  }[];
  /** `reserved`: the invocations that are set apart for it, if any are. */
  readonly functions: readonly { readonly name: string; readonly reserved: number | undefined }[];
}

/** Makes the stack of an estate, with functions that hold no code: for what it is made of, not to be deployed. */
export function stackWithoutCode(output: string, code: string, estate: Estate, stackName: string) {
  const app = createApp(output);
  const bundle = { folder: code, handler: "index.handler", size_bytes: 0, inputs: [] };
  const bundles = new Map(FUNCTION_NAMES.map((name) => [name, { ...bundle, name }]));
  return { app, stack: new VigilStack(app, "Vigil", { stackName, estate, bundles }) };
}

/** What a deployment of this estate is made of, from the same code that deploys it. */
export async function expectedOf(estate: Estate, stackName: string): Promise<Expected> {
  const folder = await mkdtemp(join(tmpdir(), "vigil-expected-"));
  try {
    const [output, code] = [join(folder, "out"), join(folder, "code")];
    await mkdir(code);
    stackWithoutCode(output, code, estate, stackName).app.synth();
    const model = modelOf(await readAssembly(output), "http://127.0.0.1");
    const nameIn = (arn: string) => arn.split(":").at(-1) ?? "";
    const queues = model.all("AWS::SQS::Queue");
    const worked = new Set(
      model.all("AWS::Lambda::EventSourceMapping").map(({ properties }) => nameIn(properties.EventSourceArn)),
    );
    return {
      stackName,
      queues: queues.map(({ name }) => ({ name, dead: !worked.has(name) })),
      topics: model.all("AWS::SNS::Topic").map(({ name }) => name),
      schedules: model.all("AWS::Scheduler::Schedule").map(({ name, properties }) => ({
        name,
        expression: properties.ScheduleExpression,
        timezone: properties.ScheduleExpressionTimezone,
      })),
      mappings: model.all("AWS::Lambda::EventSourceMapping").map(({ properties }) => ({
        functionName: properties.FunctionName,
        queueName: nameIn(properties.EventSourceArn),
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? 0,
      })),
      functions: model.all("AWS::Lambda::Function").map(({ name, properties }) => ({
        name,
        reserved: properties.ReservedConcurrentExecutions,
      })),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
