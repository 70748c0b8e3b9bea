import { readFileSync } from "node:fs";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { upgrade } from "../../events/versions.ts";
import { type NightId, nightRecord, openNights } from "../../shared/checkpoints/night.ts";
import { protectionRecord } from "../../shared/checkpoints/protection.ts";
import { slotRecord } from "../../shared/checkpoints/slot.ts";
import { readStopHistory } from "../../shared/control/stop.ts";
import { auditRecord } from "../../shared/instances/audit.ts";
import { hostRecord } from "../../shared/instances/host.ts";
import { batchRecord } from "../../shared/instances/phones/batch.ts";
import { phoneRecord } from "../../shared/instances/phones/phone.ts";
import { unprotectedRecord } from "../../shared/instances/unprotected.ts";
import { dynamoLedger } from "../../shared/ledger/dynamo.ts";
import type { Ledger, Listing } from "../../shared/ledger/ledger.ts";
import { defineRecord, UnreadableRecord } from "../../shared/ledger/record.ts";
import { deletionRecord } from "../../shared/prune/deletion.ts";
import { planRecord } from "../../shared/prune/plan.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { embeddedTables } from "./table.ts";

/** Items of the table as version 1 of their records wrote them, one per line, in DynamoDB's own notation. */
const recorded = readFileSync(new URL("recorded/version-1.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Record<string, AttributeValue> => JSON.parse(line));

const itemSchema = z.looseObject({
  partition: z.string(),
  sort: z.string(),
  data: z.looseObject({ kind: z.string(), version: z.number() }),
});
const decoded = (item: Record<string, AttributeValue>) => itemSchema.parse(unmarshall(item));
const items = new Map(recorded.map((item) => [decoded(item).data.kind, item]));

const tables = embeddedTables();
let ledger: Ledger;
let put: (item: Record<string, AttributeValue> | undefined) => Promise<void>;
beforeEach(async () => {
  const table = await tables.create();
  ledger = dynamoLedger({ table, now: () => 0, connect: async () => tables.client() });
  put = async (Item) => {
    await tables.client().send(new PutItemCommand({ TableName: table, Item }));
  };
});

/** Where an item is, and nothing else. */
const listingOf = (item: Record<string, AttributeValue>): Listing => {
  const { partition, sort } = decoded(item);
  return { partition, prefix: sort };
};

interface Listed {
  readonly kind: string;
  list(ledger: Ledger, listing: Listing): AsyncIterable<{ readonly value: object }>;
}

const records: readonly Listed[] = [
  ...[auditRecord, batchRecord, deletionRecord, hostRecord, nightRecord, phoneRecord, planRecord],
  ...[protectionRecord, slotRecord, unprotectedRecord, vaultPruneRecord],
];

describe("a recorded item of version 1", () => {
  test.each(records)("of $kind is read as it was written", async ({ kind, list }) => {
    const item = items.get(kind);
    if (!item) throw new Error(`no item of ${kind} is recorded`);
    await put(item);
    const { kind: _kind, version: _version, ...written } = decoded(item).data;
    const read = await Array.fromAsync(list(ledger, listingOf(item)));
    expect(read.map(({ value }) => value)).toEqual([written]);
  });

  test("of the stop flag is read", async () => {
    await put(items.get("stop"));
    expect(await readStopHistory(ledger)).toEqual({ stop: undefined, resumes: 1 });
  });
});

const nightSchema = z.object({
  project: z.string(),
  rule: z.string(),
  scheduled_at: z.string(),
  late: z.boolean(),
  advice: z.string(),
});

/** The night as a later version might have it: with a field of another name. */
const nextNight = defineRecord({
  kind: "night",
  version: 2,
  readable_from: 2,
  schema: nightSchema.omit({ late: true }).extend({ backfilled: z.boolean() }),
  earlier: [upgrade(1, nightSchema, ({ late, ...night }) => ({ ...night, backfilled: late }))],
  partition: (id: NightId) => nightRecord.key(id).partition,
  sort: (id: NightId) => nightRecord.key(id).sort,
});

describe("the version after", () => {
  test("reads a recorded night through its upgrade, and writes it as its own", async () => {
    const item = items.get("night");
    await put(item);
    const id = nightSchema.parse(decoded(item ?? {}).data);
    const seen = await nextNight.read(ledger, id);
    if (!seen) throw new Error("the night was not found");
    const { late, ...same } = id;
    expect(seen).toEqual({ revision: 1, value: { ...same, backfilled: late } });
    expectTypeOf(seen.value.backfilled).toEqualTypeOf<boolean>();

    await nextNight.replace(ledger, seen, { ...seen.value, backfilled: true });
    expect((await ledger.read(nightRecord.key(id)))?.data).toMatchObject({ version: 2, backfilled: true });
    expect(await nextNight.read(ledger, id)).toMatchObject({ revision: 2, value: { backfilled: true } });
    await expect(nightRecord.read(ledger, id)).rejects.toThrow(
      "night: it has version 2, which code of version 2 reads; this is 1",
    );
  });

  test("reads a recorded slot whose inner part has changed, also when two versions have passed", async () => {
    const first = z.looseObject({ vault_id: z.string(), failure: z.record(z.string(), z.unknown()) });
    const second = z.looseObject({ vault_id: z.string(), failures: z.record(z.string(), z.unknown()) });
    const toSecond = ({ failure, ...slot }: z.output<typeof first>) => ({ ...slot, failures: failure });
    const third = z.object({ vault_id: z.string(), failed: z.array(z.string()) });
    const toThird = ({ vault_id, failures }: { vault_id: string; failures: object }) => ({
      vault_id,
      failed: Object.keys(failures),
    });
    const item = items.get("slot") ?? {};
    const slot = defineRecord({
      kind: "slot",
      version: 3,
      readable_from: 3,
      schema: third,
      earlier: [
        upgrade(2, second, toThird),
        upgrade(1, first, (old) => toThird({ vault_id: old.vault_id, failures: toSecond(old).failures })),
      ],
      partition: () => decoded(item).partition,
      sort: ({ vault_id }: { readonly vault_id: string }) => vault_id,
    });
    await put(item);
    const vault_id = decoded(item).sort;
    expect((await slot.read(ledger, { vault_id }))?.value).toEqual({ vault_id, failed: [] });
  });

  test("must read the one before, and cannot be readable from a later one", () => {
    const record = {
      kind: "x",
      schema: z.object({}),
      partition: () => "x",
      sort: () => "x",
    };
    const older = upgrade(1, z.object({}), () => ({}));
    expect(() => defineRecord({ ...record, version: 3, readable_from: 3, earlier: [older] })).toThrow(
      "version 3 must be able to read version 2",
    );
    expect(() => defineRecord({ ...record, version: 2, readable_from: 3, earlier: [older] })).toThrow(
      "version 2 cannot be readable from 3 on",
    );
    // @ts-expect-error a second version says how the first is read
    expect(() => defineRecord({ ...record, version: 2 })).toThrow("version 2 must be able to read version 1");
  });
});

describe("after a rollback", () => {
  /** The recorded night as a later version wrote it. */
  const later = async (stamp: { version: number; readable_from?: number }, fields: object) => {
    const { partition, sort, data } = decoded(items.get("night") ?? {});
    const subject = { partition: "open-nights#alpha", sort };
    const kept = JSON.parse(JSON.stringify({ ...data, ...fields, ...stamp }));
    await ledger.write({ key: { partition, sort }, data: kept, subject }, "absent");
  };

  test("what a newer version only added to is still found, changed and closed; its upgrade fills in what was lost", async () => {
    await later({ version: 2, readable_from: 1 }, { region: "eu-de" });
    const [night] = await openNights(ledger, "alpha");
    if (!night) throw new Error("the night was not found");
    expect(night.value).not.toHaveProperty("region");
    await nightRecord.replace(ledger, night, { ...night.value, state: "closed", closed_at_ms: 1 });
    expect(await openNights(ledger, "alpha")).toEqual([]);

    const again = defineRecord({
      kind: "night",
      version: 2,
      readable_from: 1,
      schema: nightSchema.extend({ state: z.string(), region: z.string() }),
      earlier: [
        upgrade(1, nightSchema.extend({ state: z.string() }), (old) => ({ ...old, region: "unknown" })),
      ],
      partition: (id: NightId) => nightRecord.key(id).partition,
      sort: (id: NightId) => nightRecord.key(id).sort,
    });
    expect((await again.read(ledger, night.value))?.value).toMatchObject({
      region: "unknown",
      state: "closed",
    });
  });

  test("what a newer version changed is not read: nothing is decided on it", async () => {
    await later({ version: 2 }, {});
    await expect(openNights(ledger, "alpha")).rejects.toThrow(UnreadableRecord);
  });

  test("what claims to be readable but is not, is named with the wrong field", async () => {
    await later({ version: 2, readable_from: 1 }, { state: "paused" });
    await expect(openNights(ledger, "alpha")).rejects.toThrow(/nights#alpha.*night: (.|\n)*state/);
  });
});
