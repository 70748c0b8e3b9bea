import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import { type LedgerUse, variableOf } from "../../../shared/lambda/definition.ts";
import { tableLayout } from "../../../shared/ledger/ledger.ts";
import type { VigilFunction } from "./function.ts";
import { resourceName } from "./names.ts";

const ACTIONS: Readonly<Record<LedgerUse, string>> = {
  read: "dynamodb:GetItem",
  write: "dynamodb:PutItem",
  list: "dynamodb:Query",
  find: "dynamodb:Query",
  remove: "dynamodb:DeleteItem",
};

const text = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

/** The product's memory. It outlives the stack: destroying keeps it, and a later deployment adopts it by its name. */
export class LedgerTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, "Table", {
      tableName: resourceName(this, "table", "ledger"),
      partitionKey: text(tableLayout.partition),
      sortKey: text(tableLayout.sort),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: tableLayout.timeToLive,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: tableLayout.index,
      partitionKey: text(tableLayout.indexPartition),
      sortKey: text(tableLayout.indexSort),
    });
  }

  /** Tells a function the table's name and lets it do with it what it does, and no more. */
  bind(user: VigilFunction, uses: readonly LedgerUse[]): this {
    user.set(variableOf.ledger, this.table.tableName);
    const direct = uses.filter((use) => use !== "find").map((use) => ACTIONS[use]);
    user.allow(direct, [this.table.tableArn]);
    if (uses.includes("find"))
      user.allow([ACTIONS.find], [`${this.table.tableArn}/index/${tableLayout.index}`]);
    return this;
  }
}
