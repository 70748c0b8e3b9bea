import { describe, expect, test } from "vitest";
import * as z from "zod";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { defineRecord } from "../../shared/ledger/record.ts";

const noteRecord = defineRecord({
  kind: "note",
  version: 1,
  schema: z.object({ id: z.string(), text: z.string() }),
  idOf: ({ id }): string => id,
  key: (id: string) => ({ partition: "notes", sort: id }),
});

describe("a write returns what is stored now", () => {
  const first = { id: "a", text: "first" };

  test("so that it can be replaced and removed without being read again", async () => {
    const ledger = memoryLedger();
    const created = await noteRecord.create(ledger, first);
    expect(created).toEqual({ revision: 1, value: first });
    if (created === "conflict") throw new Error("the ledger was empty");

    const replaced = await noteRecord.replace(ledger, created, { ...first, text: "second" });
    expect(replaced).toEqual(await noteRecord.read(ledger, "a"));
    if (replaced === "conflict") throw new Error("nobody else writes");
    expect(await noteRecord.remove(ledger, created)).toBe("conflict");
    expect(await noteRecord.remove(ledger, replaced)).toBe("removed");
    expect(await noteRecord.read(ledger, "a")).toBeUndefined();
  });

  test("and puts a value over what was seen, or where nothing was", async () => {
    const ledger = memoryLedger();
    expect(await noteRecord.put(ledger, undefined, first)).toEqual({ revision: 1, value: first });
    expect(await noteRecord.put(ledger, undefined, first)).toBe("conflict");
    const seen = await noteRecord.read(ledger, "a");
    expect(await noteRecord.put(ledger, seen, first)).toEqual({ revision: 2, value: first });
    expect(await noteRecord.put(ledger, seen, first)).toBe("conflict");
  });
});
