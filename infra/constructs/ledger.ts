import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import type { VigilFunction } from "./function.ts";
import { resourceName } from "./names.ts";

/** The index that finds entries by their subject, for example all slots of one vault. */
export const SUBJECT_INDEX = "by_subject";

const READ = ["dynamodb:GetItem", "dynamodb:Query"];
const WRITE = ["dynamodb:PutItem", "dynamodb:DeleteItem"];

/** The product's memory. It outlives the stack: destroying keeps it, and a later deployment adopts it by its name. */
export class LedgerTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, "Table", {
      tableName: resourceName(this, "ledger"),
      partitionKey: { name: "partition", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "sort", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: "expires_at",
    });
    this.table.addGlobalSecondaryIndex({
      indexName: SUBJECT_INDEX,
      partitionKey: { name: "subject_partition", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "subject_sort", type: dynamodb.AttributeType.STRING },
    });
  }

  /** Tells a function the table's name and lets it read, or read and write. */
  bind(reader: VigilFunction, access: "read" | "write"): this {
    reader.set("TABLE_NAME", this.table.tableName);
    reader.allow(access === "read" ? READ : [...READ, ...WRITE], [this.table.tableArn]);
    reader.allow(["dynamodb:Query"], [`${this.table.tableArn}/index/${SUBJECT_INDEX}`]);
    return this;
  }
}
