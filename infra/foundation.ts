import { Duration, Stack, Validations } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Estate } from "../shared/estate/estate.ts";
import type { Role } from "../shared/estate/secrets.ts";
import type { Bundle } from "./bundle.ts";
import { type EnvironmentSchema, VigilFunction } from "./constructs/function.ts";
import { LedgerTable, type LedgerUse } from "./constructs/ledger.ts";
import { resourceName } from "./constructs/names.ts";
import { NotificationTopic } from "./constructs/topic.ts";

export interface FunctionSettings {
  /** The function's folder. */
  readonly name: string;
  readonly description: string;
  readonly environment: EnvironmentSchema;
  /** In which role it speaks with the provider: decides which secrets it may read. Left out: it does not, and reads none. */
  readonly role?: Role;
  /** What it does with the ledger. */
  readonly ledger: readonly LedgerUse[];
  readonly timeout_s: number;
  readonly memory_mb: number;
}

/** What every flow of the stack stands on: the estate, the ledger, the way to people, and how a function is made. */
export class Foundation extends Construct {
  readonly estate: Estate;
  readonly ledger: LedgerTable;
  readonly notifications: NotificationTopic;
  /** Gets firings that no function took, and events that a function failed on to the end. */
  readonly undelivered: sqs.Queue;
  readonly #bundles: ReadonlyMap<string, Bundle>;

  constructor(scope: Construct, estate: Estate, bundles: ReadonlyMap<string, Bundle>) {
    super(scope, "Foundation");
    this.estate = estate;
    this.#bundles = bundles;
    this.ledger = new LedgerTable(this, "Ledger");
    this.notifications = new NotificationTopic(this, "Notifications");
    this.undelivered = new sqs.Queue(this, "Undelivered", {
      queueName: resourceName(this, "queue", "undelivered"),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.undelivered).acknowledge({
      id: "AwsSolutions-SQS3",
      reason: "It is itself where schedules and failed events end; cdk-nag sees only the redrives of queues.",
    });
  }

  /** What no other deployment is called: a second one on the same project takes nothing of this one's for its own. */
  get deployment(): string {
    const { account, region } = Stack.of(this);
    return [this.estate.name, account, region].join("/");
  }

  /** A function that may do with the ledger what it says, and read the secrets of its role in every project. */
  make(settings: FunctionSettings): VigilFunction {
    const { role, ledger, ...props } = settings;
    const bundle = this.#bundles.get(props.name);
    if (!bundle)
      throw new Error(`there is no bundle of ${props.name}; is it among FUNCTION_NAMES of its flow?`);
    const made = new VigilFunction(this, props.name, { ...props, bundle });
    if (role) made.bindSecrets(this.estate.projects.map((project) => project.secrets[role]));
    this.ledger.bind(made, ledger);
    return made;
  }
}
