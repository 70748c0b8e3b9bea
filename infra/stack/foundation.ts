import { Duration, Stack, Validations } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import * as z from "zod";
import type { Estate } from "../../shared/estate/estate.ts";
import { type FunctionDefinition, variableOf, variablesOf } from "../../shared/lambda/definition.ts";
import type { Bundle } from "./bundle.ts";
import { VigilFunction } from "./constructs/function.ts";
import { LedgerTable } from "./constructs/ledger.ts";
import { resourceName } from "./constructs/names.ts";
import { NotificationTopic } from "./constructs/topic.ts";

/** What every function of the stack stands on: the estate, the ledger, the way to people, and how a function is made. */
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

  /** A function that may do with the ledger and the topic what it says, and read the secrets of its role in every project. */
  make(definition: FunctionDefinition): VigilFunction {
    const { name, provider, ledger, deployment, notifies, publishes } = definition;
    const bundle = this.#bundles.get(name);
    if (!bundle) throw new Error(`there is no bundle of ${name}`);
    const environment = z.object(
      Object.fromEntries(variablesOf(definition).map((variable) => [variable, z.string().min(1)])),
    );
    const made = new VigilFunction(this, name, { ...definition, environment, bundle });
    if (provider) made.bindSecrets(this.estate.projects.map(({ secrets }) => secrets[provider.role]));
    if (deployment) made.set(variableOf.deployment, this.deployment);
    if (ledger) this.ledger.bind(made, ledger);
    if (notifies || publishes) this.notifications.bindPublisher(made);
    return made;
  }
}
