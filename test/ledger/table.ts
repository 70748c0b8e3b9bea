import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterAll, beforeAll } from "vitest";
import { tableLayout } from "../../shared/ledger/ledger.ts";

export const connectTo = (port: number) =>
  new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

/** An embedded DynamoDB for a file of tests; each table that it creates replaces the one before. */
export function embeddedTables() {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = () => (server.address() as AddressInfo).port;
  let client: DynamoDBClient;
  let tables = 0;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    client = connectTo(port());
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  return {
    port,
    client: () => client,
    /** Creates a table as the stack has it, and returns its name. */
    async create(): Promise<string> {
      if (tables > 0) await client.send(new DeleteTableCommand({ TableName: `ledger-${tables}` }));
      const TableName = `ledger-${++tables}`;
      const { partition, sort, index, indexPartition, indexSort } = tableLayout;
      const keys = (hash: string, range: string) => [
        { AttributeName: hash, KeyType: "HASH" as const },
        { AttributeName: range, KeyType: "RANGE" as const },
      ];
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [partition, sort, indexPartition, indexSort].map((AttributeName) => ({
            AttributeName,
            AttributeType: "S" as const,
          })),
          KeySchema: keys(partition, sort),
          GlobalSecondaryIndexes: [
            {
              IndexName: index,
              KeySchema: keys(indexPartition, indexSort),
              Projection: { ProjectionType: "ALL" },
            },
          ],
        }),
      );
      return TableName;
    },
  };
}
