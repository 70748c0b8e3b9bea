import { Duration, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type * as z from "zod";
import type { Bundle } from "../bundle.ts";
import { resourceName } from "./names.ts";

/** The variables a function reads. */
type EnvironmentSchema = z.ZodObject<Record<string, z.ZodType>>;

interface VigilFunctionProps {
  /** The function's folder name, for example `plan-checkpoints`. */
  readonly name: string;
  readonly description: string;
  readonly environment: EnvironmentSchema;
  readonly bundle: Bundle;
  readonly timeout_s: number;
  readonly memory_mb: number;
}

/** Variables that every function has, whether its schema names them or not. */
const common = (name: string) => ({
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: "Vigil",
  POWERTOOLS_LOG_LEVEL: "INFO",
});

/**
 * One Lambda function with its own role, log group and environment. What it may do is only what was bound to it; a
 * variable that its schema asks for and nothing has set fails the synthesis by name.
 */
export class VigilFunction extends Construct {
  readonly name: string;
  readonly timeout_s: number;
  readonly handler: lambda.Function;
  readonly #role: iam.Role;
  readonly #schema: EnvironmentSchema;
  readonly #values = new Map<string, string>();

  constructor(scope: Construct, id: string, props: VigilFunctionProps) {
    super(scope, id);
    const { name, timeout_s } = props;
    this.name = name;
    this.timeout_s = timeout_s;
    this.#schema = props.environment;
    this.#role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${name} may do`,
    });
    const functionName = resourceName(this, "function", name);
    const logGroup = new logs.LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      // What was done, and why, can be read when the stack is gone.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.handler = new lambda.Function(this, "Function", {
      functionName,
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(props.bundle.folder),
      handler: props.bundle.handler,
      role: this.#role,
      timeout: Duration.seconds(timeout_s),
      memorySize: props.memory_mb,
      logGroup,
    });
    // The streams of a group are not known before they exist: AWS offers no narrower resource.
    this.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]);
    for (const [variable, value] of Object.entries(common(name))) this.set(variable, value);
    this.node.addValidation({ validate: () => this.#problems() });
  }

  /** Sets a variable of the environment. */
  set(variable: string, value: string): this {
    this.#values.set(variable, value);
    this.handler.addEnvironment(variable, value);
    return this;
  }

  /** Lets the function do exactly these actions on exactly these resources. */
  allow(actions: readonly string[], resources: readonly string[]): this {
    this.#role.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }),
    );
    return this;
  }

  /** Lets the function read these secrets, and no other. Secrets Manager ends every secret's ARN in six characters of its own. */
  bindSecrets(names: readonly string[]): this {
    const arns = [...new Set(names)].map(
      (name) =>
        `arn:${Stack.of(this).partition}:secretsmanager:${Stack.of(this).region}:${Stack.of(this).account}:secret:${name}-??????`,
    );
    return this.allow(["secretsmanager:GetSecretValue"], arns);
  }

  /** What becomes of an event that a schedule or topic gave the function and that it failed on. */
  retryEvents(deadLetters: sqs.IQueue, limits: { attempts: number; maximumAge_minutes: number }): this {
    new lambda.CfnEventInvokeConfig(this, "Events", {
      functionName: this.handler.functionName,
      qualifier: "$LATEST",
      maximumRetryAttempts: limits.attempts - 1,
      maximumEventAgeInSeconds: limits.maximumAge_minutes * 60,
      destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    });
    return this.allow(["sqs:SendMessage"], [deadLetters.queueArn]);
  }

  /**
   * Gives the function an address that anybody can call: it must itself find out who does. `concurrency` invocations are set
   * apart for it, and it never has more: who floods the address takes nothing from the other functions. With 0 the address
   * answers 429 to everybody.
   */
  openUrl({ concurrency }: { readonly concurrency: number }): lambda.FunctionUrl {
    const { defaultChild } = this.handler.node;
    if (!(defaultChild instanceof lambda.CfnFunction))
      throw new Error("a function is an element of the template");
    defaultChild.reservedConcurrentExecutions = concurrency;
    return this.handler.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
  }

  #problems(): string[] {
    const { shape } = this.#schema;
    const missing = Object.entries(shape)
      .filter(([variable, schema]) => !this.#values.has(variable) && !schema.safeParse(undefined).success)
      .map(
        ([variable]) =>
          `${this.name}: environment variable ${variable} is missing; bind or set it in the stack`,
      );
    const unknown = [...this.#values.keys()]
      .filter((variable) => !(variable in shape) && !(variable in common(this.name)))
      .map((variable) => `${this.name}: environment variable ${variable} is not in its environment schema`);
    const wrong = [...this.#values].flatMap(([variable, value]) => {
      const schema = shape[variable];
      if (!schema || Token.isUnresolved(value)) return [];
      const parsed = schema.safeParse(value);
      const why = parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
      return why.map((message) => `${this.name}: environment variable ${variable}: ${message}`);
    });
    return [...missing, ...unknown, ...wrong];
  }
}
