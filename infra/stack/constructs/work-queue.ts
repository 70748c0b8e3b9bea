import { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { VigilFunction } from "./function.ts";
import { resourceName } from "./names.ts";

interface WorkQueueProps {
  /** For example `checkpoints`. */
  readonly name: string;
  /** The one function that works on the queue. */
  readonly consumer: VigilFunction;
  /** How many messages one invocation gets: 1 to 10, or more with a window. */
  readonly batchSize: number;
  /** How long a batch is collected, in seconds. */
  readonly window_s: number;
  /** How many invocations run at once, from the rate budget: at least 2, the smallest that AWS accepts. */
  readonly maximumConcurrency: number;
  /** How often a message is tried before it is a dead letter. */
  readonly attempts: number;
}

/** AWS asks for a visibility timeout of at least six times the function's, plus the batching window. */
const VISIBILITY_FACTOR = 6;

/** A queue, the function that works on it message by message, and the queue for what could not be done. */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { name, consumer } = props;
    const secured = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new sqs.Queue(this, "DeadLetters", {
      ...secured,
      queueName: resourceName(this, "queue", `${name}-dead`),
      retentionPeriod: Duration.days(14),
    });
    this.queue = new sqs.Queue(this, "Queue", {
      ...secured,
      queueName: resourceName(this, "queue", name),
      visibilityTimeout: Duration.seconds(VISIBILITY_FACTOR * consumer.timeout_s + props.window_s),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.attempts },
    });
    consumer.allow(
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      [this.queue.queueArn],
    );
    new lambda.EventSourceMapping(this, "Mapping", {
      target: consumer.handler,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      maxBatchingWindow: Duration.seconds(props.window_s),
      maxConcurrency: props.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }

  /**
   * Lets others send (account ids, or ARNs of roles and users) and nobody beside them and `ours`: not even who may send to
   * every queue of the account.
   */
  acceptOnlyFrom(principals: readonly string[], ours: readonly VigilFunction[]): this {
    const senders = [...new Set(principals)];
    const resources = [this.queue.queueArn];
    if (senders.length > 0) {
      this.queue.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: senders.map((sender) =>
            sender.startsWith("arn:") ? new iam.ArnPrincipal(sender) : new iam.AccountPrincipal(sender),
          ),
          actions: ["sqs:SendMessage", "sqs:GetQueueUrl"],
          resources,
        }),
      );
    }
    const allowed = [
      ...senders.map((sender) => (sender.startsWith("arn:") ? sender : `arn:*:iam::${sender}:*`)),
      ...ours.flatMap(({ handler }) => handler.role?.roleArn ?? []),
    ];
    this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ["sqs:SendMessage"],
        resources,
        conditions: { ArnNotLike: { "aws:PrincipalArn": allowed } },
      }),
    );
    return this;
  }

  /** Tells a function the queue's address in `variable` and lets it send. */
  bindSender(sender: VigilFunction, variable: string): this {
    sender.set(variable, this.queue.queueUrl).allow(["sqs:SendMessage"], [this.queue.queueArn]);
    return this;
  }
}
