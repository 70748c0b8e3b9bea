import { RemovalPolicy, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { variableOf } from "../../../shared/lambda/definition.ts";
import type { VigilFunction } from "./function.ts";
import { resourceName } from "./names.ts";

/** Where people and systems are told: alarms and the morning report. Encrypted with a key that CloudWatch alarms may use. */
export class NotificationTopic extends Construct {
  readonly topic: sns.Topic;
  readonly #key: kms.Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#key = new kms.Key(this, "Key", {
      description: "Encrypts notifications at rest",
      enableKeyRotation: true,
      // Nothing that is kept is encrypted with it: without a stack it would only be paid for.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // AWS's own key for SNS cannot be used by alarms, hence a key with a statement for those of this account.
    this.#key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    this.topic = new sns.Topic(this, "Topic", {
      topicName: resourceName(this, "topic", "notifications"),
      masterKey: this.#key,
      enforceSSL: true,
    });
  }

  /** Tells a function the topic's ARN and lets it publish. */
  bindPublisher(publisher: VigilFunction): this {
    publisher.set(variableOf.topic, this.topic.topicArn);
    publisher.allow(["sns:Publish"], [this.topic.topicArn]);
    publisher.allow(["kms:Decrypt", "kms:GenerateDataKey"], [this.#key.keyArn]);
    return this;
  }
}
