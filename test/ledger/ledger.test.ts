import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterAll, beforeAll } from "vitest";
import { dynamoLedger, tableLayout } from "../../shared/ledger/dynamo.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { ledgerContract } from "./contract.ts";
import { drivenLedger } from "./driven.ts";

ledgerContract("the ledger in memory", async () => {
  let now_ms = 0;
  return {
    ledger: memoryLedger(() => now_ms),
    setNow: (to_ms) => {
      now_ms = to_ms;
    },
  };
});

ledgerContract("the ledger of the simulation", async () => drivenLedger(Date.parse("2026-11-21T01:00:00Z")));

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
let client: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

async function createTable(): Promise<string> {
  const table = `ledger-${++tables}`;
  const { partition, sort, index, indexPartition, indexSort } = tableLayout;
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: table,
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
  return table;
}

ledgerContract("the ledger on DynamoDB's API", async () => {
  if (tables > 0) await client.send(new DeleteTableCommand({ TableName: `ledger-${tables}` }));
  let now_ms = 0;
  const table = await createTable();
  return {
    ledger: dynamoLedger({ table, now: () => now_ms, connect: async () => client }),
    setNow: (to_ms) => {
      now_ms = to_ms;
    },
  };
});
