import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { dynamoLedger } from "../../shared/ledger/dynamo.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { ledgerContract } from "./contract.ts";
import { drivenLedger } from "./driven.ts";
import { connectTo, embeddedTables } from "./table.ts";

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

const tables = embeddedTables();

ledgerContract("the ledger on DynamoDB's API", async () => {
  let now_ms = 0;
  const table = await tables.create();
  return {
    ledger: dynamoLedger({ table, now: () => now_ms, connect: async () => tables.client() }),
    setNow: (to_ms) => {
      now_ms = to_ms;
    },
  };
});

/** Stands between the SDK and the table, and keeps back the answer of each call that `loses` names, once it has had its effect. */
async function unreliableTable(loses: (action: string) => boolean) {
  const port = tables.port();
  const between = createServer((incoming, outgoing) => {
    const { url, method, headers } = incoming;
    const action = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    const onward = request({ port, host: "127.0.0.1", path: url, method, headers }, (answer) => {
      if (loses(action)) {
        answer.resume();
        answer.on("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  between.listen(0, "127.0.0.1");
  await once(between, "listening");
  const through = connectTo((between.address() as AddressInfo).port);
  return {
    through,
    close: () => {
      through.destroy();
      between.close();
      between.closeAllConnections();
    },
  };
}

describe("a change whose answer was lost, and which the SDK sends again", () => {
  const key = { partition: "lost", sort: "answer" };

  /** A ledger that loses the first answer to each of these actions. */
  async function losing(...actions: string[]) {
    const left = new Set(actions);
    const table = await tables.create();
    const { through, close } = await unreliableTable((action) => left.delete(action));
    const open = (connection: DynamoDBClient) =>
      dynamoLedger({ table, now: () => 0, connect: async () => connection });
    return { ledger: open(through), other: open(tables.client()), left, close };
  }

  test("is known for our own: it was written", async () => {
    const { ledger, other, left, close } = await losing("PutItem");
    expect(await ledger.write({ key, data: { n: 1 } }, "absent")).toMatchObject({ revision: 1 });
    expect(left.size).toBe(0);
    expect(await other.read(key)).toMatchObject({ revision: 1, data: { n: 1 } });
    expect(await ledger.write({ key, data: { n: 2 } }, "absent")).toBe("conflict");
    close();
  });

  test("is known for our own: it was removed", async () => {
    const { ledger, other, left, close } = await losing("DeleteItem");
    await ledger.write({ key, data: {} }, "absent");
    expect(await ledger.remove(key, 1)).toBe("removed");
    expect(left.size).toBe(0);
    expect(await other.read(key)).toBeUndefined();
    close();
  });

  test("is a conflict when somebody else was there first", async () => {
    const { ledger, other, close } = await losing("PutItem");
    await other.write({ key, data: { n: 1 } }, "absent");
    expect(await ledger.write({ key, data: { n: 1 } }, "absent")).toBe("conflict");
    close();
  });
});
