import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { once } from "../core/parallel.ts";
import { systemRandom } from "../core/random.ts";
import {
  checkEntry,
  type Entry,
  type Expected,
  type Json,
  type Key,
  type Ledger,
  type Listing,
  tableLayout,
  toWritten,
} from "./ledger.ts";

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);

const itemSchema = z.object({
  [tableLayout.partition]: z.string(),
  [tableLayout.sort]: z.string(),
  [tableLayout.revision]: z.number().int(),
  [tableLayout.data]: z.record(z.string(), json),
  [tableLayout.indexPartition]: z.string().optional(),
  [tableLayout.indexSort]: z.string().optional(),
  [tableLayout.timeToLive]: z.number().optional(),
  [tableLayout.writeId]: z.string().optional(),
});

/** The ledger on DynamoDB. The SDK is loaded at first use, which keeps it out of the cold start. */
export function dynamoLedger({
  table,
  now,
  connect,
}: {
  readonly table: string;
  /** Decides which entries have expired: the table itself forgets them only days later. */
  readonly now: () => number;
  readonly connect: () => Promise<DynamoDBClient>;
}): Ledger {
  const open = once(async () => {
    const [client, sdk, { marshall, unmarshall }] = await Promise.all([
      connect(),
      import("@aws-sdk/client-dynamodb"),
      import("@aws-sdk/util-dynamodb"),
    ]);
    return { client, sdk, marshall, unmarshall };
  });

  /** What is under a key now, expired or not. */
  async function stored(key: Key): Promise<z.output<typeof itemSchema> | undefined> {
    const { client, sdk, marshall, unmarshall } = await open();
    const { Item } = await client.send(
      new sdk.GetItemCommand({ TableName: table, Key: marshall(keyItem(key)), ConsistentRead: true }),
    );
    return Item && itemSchema.parse(unmarshall(Item));
  }

  const decode = (item: unknown) => alive(toEntry(itemSchema.parse(item)), now());

  return {
    async read(key) {
      const item = await stored(key);
      return item && alive(toEntry(item), now());
    },

    async write(entry, expected) {
      checkEntry(entry);
      const { client, sdk, marshall } = await open();
      const write_id = systemRandom.id();
      const written = toWritten(entry, expected);
      const item = { ...toItem(written), [tableLayout.writeId]: write_id };
      const Item = marshall(item, { removeUndefinedValues: true });
      const refused = await isRefused(
        () =>
          client.send(
            new sdk.PutItemCommand({ TableName: table, Item, ...condition(expected, now(), marshall) }),
          ),
        async () => (await stored(entry.key))?.[tableLayout.writeId] === write_id,
      );
      return refused ? "conflict" : written;
    },

    async remove(key, expected) {
      const { client, sdk, marshall } = await open();
      const refused = await isRefused(
        () =>
          client.send(
            new sdk.DeleteItemCommand({
              TableName: table,
              Key: marshall(keyItem(key)),
              ...condition(expected, now(), marshall),
            }),
          ),
        async () => (await stored(key)) === undefined,
      );
      return refused ? "conflict" : "removed";
    },

    async *list(listing) {
      const { client, sdk, marshall, unmarshall } = await open();
      let from: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(
          new sdk.QueryCommand({ TableName: table, ...query(listing, marshall), ExclusiveStartKey: from }),
        );
        for (const item of page.Items ?? []) {
          const entry = decode(unmarshall(item));
          if (entry) yield entry;
        }
        from = page.LastEvaluatedKey;
      } while (from);
    },
  };
}

type Marshall = (value: Record<string, unknown>) => Record<string, AttributeValue>;

const keyItem = ({ partition, sort }: Key) => ({
  [tableLayout.partition]: partition,
  [tableLayout.sort]: sort,
});

function toItem(entry: Entry) {
  return {
    ...keyItem(entry.key),
    [tableLayout.revision]: entry.revision,
    [tableLayout.data]: entry.data,
    [tableLayout.indexPartition]: entry.subject?.partition,
    [tableLayout.indexSort]: entry.subject?.sort,
    [tableLayout.timeToLive]:
      entry.expires_at_ms === undefined ? undefined : Math.ceil(entry.expires_at_ms / 1000),
  };
}

function toEntry(item: z.output<typeof itemSchema>): Entry {
  const {
    [tableLayout.indexPartition]: partition,
    [tableLayout.indexSort]: sort,
    [tableLayout.timeToLive]: expires_at_s,
  } = item;
  return {
    key: { partition: item[tableLayout.partition], sort: item[tableLayout.sort] },
    revision: item[tableLayout.revision],
    data: item[tableLayout.data],
    subject: partition !== undefined && sort !== undefined ? { partition, sort } : undefined,
    expires_at_ms: expires_at_s === undefined ? undefined : expires_at_s * 1000,
  };
}

function alive(entry: Entry, now_ms: number): Entry | undefined {
  return entry.expires_at_ms === undefined || entry.expires_at_ms > now_ms ? entry : undefined;
}

/** An expired entry that the table has not forgotten yet counts as absent. */
function condition(expected: Expected, now_ms: number, marshall: Marshall) {
  if (expected === "absent") {
    return {
      ConditionExpression: "attribute_not_exists(#partition) OR #expires_at <= :now",
      ExpressionAttributeNames: {
        "#partition": tableLayout.partition,
        "#expires_at": tableLayout.timeToLive,
      },
      ExpressionAttributeValues: marshall({ ":now": Math.floor(now_ms / 1000) }),
    };
  }
  return {
    ConditionExpression: "#revision = :revision",
    ExpressionAttributeNames: { "#revision": tableLayout.revision },
    ExpressionAttributeValues: marshall({ ":revision": expected }),
  };
}

function query({ partition, prefix, bySubject, descending }: Listing, marshall: Marshall) {
  return {
    IndexName: bySubject ? tableLayout.index : undefined,
    // An index cannot be read consistently.
    ConsistentRead: !bySubject,
    ScanIndexForward: !descending,
    KeyConditionExpression: prefix
      ? "#partition = :partition AND begins_with(#sort, :prefix)"
      : "#partition = :partition",
    ExpressionAttributeNames: {
      "#partition": bySubject ? tableLayout.indexPartition : tableLayout.partition,
      ...(prefix && { "#sort": bySubject ? tableLayout.indexSort : tableLayout.sort }),
    },
    ExpressionAttributeValues: marshall({ ":partition": partition, ...(prefix && { ":prefix": prefix }) }),
  };
}

/**
 * Whether the condition of a change did not hold. When the first answer was lost, the SDK sends the change again, and the
 * second finds the first's effect: `isOurs` looks whether it is that.
 */
async function isRefused(send: () => Promise<unknown>, isOurs: () => Promise<boolean>): Promise<boolean> {
  try {
    await send();
    return false;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
    const { success, data } = sentError.safeParse(error);
    const sentAgain = success && data.$metadata.attempts > 1;
    return !(sentAgain && (await isOurs()));
  }
}

/** How often the SDK sent what ended in an error. */
const sentError = z.object({ $metadata: z.object({ attempts: z.number() }) });
