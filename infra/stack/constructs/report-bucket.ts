import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { variableOf } from "../../../shared/lambda/definition.ts";
import type { VigilFunction } from "./function.ts";

/** How long a report is kept: a year and a month, for whoever audits a year. */
const REPORT_KEPT_DAYS = 400;

/** Where reports are stored. Like the ledger it outlives the stack. */
export class ReportBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, "Bucket", {
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          expiration: Duration.days(REPORT_KEPT_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "One function writes here once a day, and logs it; who reads a report is seen in the trail of the account.",
    });
  }

  /** Tells a function the bucket's name and lets it write under `reports/`; keys are not known before they are written. */
  bindWriter(writer: VigilFunction): this {
    writer.set(variableOf.reports, this.bucket.bucketName);
    writer.allow(["s3:PutObject"], [this.bucket.arnForObjects("reports/*")]);
    const { defaultChild } = this.bucket.node;
    if (!CfnElement.isCfnElement(defaultChild)) throw new Error("a bucket is an element of the template");
    Validations.of(writer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(defaultChild)}.Arn>/reports/*]`,
      reason: "The keys of reports hold their date: they are not known before they are written.",
    });
    return this;
  }
}
