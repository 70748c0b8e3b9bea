import { describe, expect, test } from "vitest";
import * as z from "zod";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { defineRecord, perProject } from "../../shared/ledger/record.ts";

const noteRecord = defineRecord({
  kind: "note",
  version: 1,
  schema: z.object({ id: z.string(), text: z.string() }),
  partition: () => "notes",
  sort: ({ id }: { readonly id: string }) => id,
});

describe("a write returns what is stored now", () => {
  const first = { id: "a", text: "first" };

  test("so that it can be replaced and removed without being read again", async () => {
    const ledger = memoryLedger();
    const created = await noteRecord.create(ledger, first);
    expect(created).toEqual({ revision: 1, value: first });
    if (created === "conflict") throw new Error("the ledger was empty");

    const replaced = await noteRecord.replace(ledger, created, { ...first, text: "second" });
    expect(replaced).toEqual(await noteRecord.read(ledger, { id: "a" }));
    if (replaced === "conflict") throw new Error("nobody else writes");
    expect(await noteRecord.remove(ledger, created)).toBe("conflict");
    expect(await noteRecord.remove(ledger, replaced)).toBe("removed");
    expect(await noteRecord.read(ledger, { id: "a" })).toBeUndefined();
  });

  test("and puts a value over what was seen, or where nothing was", async () => {
    const ledger = memoryLedger();
    expect(await noteRecord.put(ledger, undefined, first)).toEqual({ revision: 1, value: first });
    expect(await noteRecord.put(ledger, undefined, first)).toBe("conflict");
    const seen = await noteRecord.read(ledger, { id: "a" });
    expect(await noteRecord.put(ledger, seen, first)).toEqual({ revision: 2, value: first });
    expect(await noteRecord.put(ledger, seen, first)).toBe("conflict");
  });
});

test("a value is kept by its own fields, found by them, and listed with the others of its partition", async () => {
  const ledger = memoryLedger();
  const thingRecord = defineRecord({
    kind: "thing",
    version: 1,
    schema: z.object({ project: z.string(), id: z.string(), size: z.number() }),
    partition: perProject("things"),
    sort: ({ id }: { readonly id: string }) => id,
  });
  const things = ["b#1", "a#2", "a#1"].map((id, size) => ({ project: "demo", id, size }));
  for (const thing of [...things, { project: "other", id: "a#1", size: 9 }])
    await thingRecord.create(ledger, thing);

  const found = await thingRecord.read(ledger, { project: "demo", id: "a#2" });
  expect(found).toEqual({ revision: 1, value: { project: "demo", id: "a#2", size: 1 } });
  expect(await ledger.read({ partition: "things#demo", sort: "a#2" })).toBeDefined();
  const ids = async (order?: { prefix?: string; descending?: boolean }) =>
    (await Array.fromAsync(thingRecord.all(ledger, { project: "demo" }, order))).map(({ value }) => value.id);
  expect(await ids()).toEqual(["a#1", "a#2", "b#1"]);
  expect(await ids({ prefix: "a#", descending: true })).toEqual(["a#2", "a#1"]);
});
