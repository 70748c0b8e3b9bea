import { beforeEach, describe, expect, test } from "vitest";
import { EntryRefused, type Ledger, ledgerLimits } from "../../shared/ledger/ledger.ts";

/** A time that the ledgers under test are told it is. */
export interface Opened {
  readonly ledger: Ledger;
  setNow(now_ms: number): void;
}

const key = { partition: "p", sort: "s" };

/** What every ledger must do: the model of the simulation and the table itself are held to the same words. */
export function ledgerContract(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let ledger: Ledger;
    let setNow: Opened["setNow"];
    beforeEach(async () => {
      ({ ledger, setNow } = await open());
      setNow(Date.parse("2026-11-21T01:00:00Z"));
    });

    const all = async (listing: Parameters<Ledger["list"]>[0]) =>
      (await Array.fromAsync(ledger.list(listing))).map((entry) => entry.key.sort);

    test("keeps what was written, of every kind of value", async () => {
      const data = {
        text: "ü–",
        number: -1.5,
        yes: true,
        nothing: null,
        list: [1, "a", { b: [] }],
        map: { x: {} },
        empty: "",
      };
      const entry = { key, data, subject: { partition: "q", sort: "t" } };
      expect(await ledger.write(entry, "absent")).toEqual({ ...entry, revision: 1 });
      expect(await ledger.read(key)).toEqual({ ...entry, revision: 1 });
      expect(await ledger.read({ partition: "p", sort: "other" })).toBeUndefined();
    });

    test("leaves out what is undefined", async () => {
      await ledger.write({ key, data: { a: 1, b: undefined } }, "absent");
      expect(Object.keys((await ledger.read(key))?.data ?? {})).toEqual(["a"]);
    });

    test("writes only over the revision that was seen", async () => {
      expect(await ledger.write({ key, data: { n: 1 } }, 1)).toBe("conflict");
      expect(await ledger.write({ key, data: { n: 1 } }, "absent")).toMatchObject({ revision: 1 });
      expect(await ledger.write({ key, data: { n: 2 } }, "absent")).toBe("conflict");
      expect(await ledger.write({ key, data: { n: 2 } }, 1)).toEqual({ key, data: { n: 2 }, revision: 2 });
      expect(await ledger.write({ key, data: { n: 3 } }, 1)).toBe("conflict");
      expect(await ledger.read(key)).toMatchObject({ revision: 2, data: { n: 2 } });
    });

    test("lets exactly one of many win who saw the same revision", async () => {
      await ledger.write({ key, data: { n: 0 } }, "absent");
      const tries = Array.from({ length: 20 }, (_, n) => ledger.write({ key, data: { n } }, 1));
      const won = (await Promise.all(tries)).filter((result) => result !== "conflict");
      expect(won).toEqual([await ledger.read(key)]);
    });

    test("removes only the revision that was seen", async () => {
      await ledger.write({ key, data: {} }, "absent");
      expect(await ledger.remove(key, 2)).toBe("conflict");
      expect(await ledger.remove(key, 1)).toBe("removed");
      expect(await ledger.remove(key, 1)).toBe("conflict");
      expect(await ledger.read(key)).toBeUndefined();
    });

    test("lists a partition in the order of its keys, forwards, backwards and by prefix", async () => {
      for (const sort of ["b#2", "a#1", "b#10", "c", "b#1"])
        await ledger.write({ key: { partition: "p", sort }, data: {} }, "absent");
      await ledger.write({ key: { partition: "other", sort: "b#3" }, data: {} }, "absent");
      expect(await all({ partition: "p" })).toEqual(["a#1", "b#1", "b#10", "b#2", "c"]);
      expect(await all({ partition: "p", descending: true })).toEqual(["c", "b#2", "b#10", "b#1", "a#1"]);
      expect(await all({ partition: "p", prefix: "b#" })).toEqual(["b#1", "b#10", "b#2"]);
      expect(await all({ partition: "nobody" })).toEqual([]);
    });

    test("lists by subject, also after the subject has changed", async () => {
      const write = (sort: string, subject: string, expected: number | "absent") =>
        ledger.write(
          { key: { partition: "p", sort }, data: {}, subject: { partition: "vault", sort: subject } },
          expected,
        );
      await write("1", "slot#b", "absent");
      await write("2", "slot#a", "absent");
      await write("3", "plan#a", "absent");
      await ledger.write({ key: { partition: "p", sort: "4" }, data: {} }, "absent");
      expect(await all({ partition: "vault", prefix: "slot#", bySubject: true })).toEqual(["2", "1"]);
      await write("1", "slot#0", 1);
      expect(await all({ partition: "vault", prefix: "slot#", bySubject: true, descending: true })).toEqual([
        "2",
        "1",
      ]);
    });

    test("lists more than one page holds", async () => {
      const text = "x".repeat(50_000);
      const sorts = Array.from({ length: 45 }, (_, n) => String(n).padStart(3, "0"));
      for (const sort of sorts)
        await ledger.write({ key: { partition: "p", sort }, data: { text } }, "absent");
      expect(await all({ partition: "p" })).toEqual(sorts);
    });

    test("forgets an entry when it expires, whether or not it has been cleared away", async () => {
      const now_ms = Date.parse("2026-11-21T01:00:00Z");
      await ledger.write({ key, data: { n: 1 }, expires_at_ms: now_ms + 5_000 }, "absent");
      expect(await ledger.read(key)).toMatchObject({ expires_at_ms: now_ms + 5_000 });
      setNow(now_ms + 5_000);
      expect(await ledger.read(key)).toBeUndefined();
      expect(await all({ partition: "p" })).toEqual([]);
      expect(await ledger.write({ key, data: { n: 2 } }, "absent")).toMatchObject({ revision: 1 });
      expect(await ledger.read(key)).toMatchObject({ revision: 1, data: { n: 2 } });
    });

    test("refuses an entry that the table cannot hold, and keys that are too long or empty, and goes on", async () => {
      const { entry_bytes, partition_bytes, sort_bytes } = ledgerLimits;
      const refused = (entry: Parameters<Ledger["write"]>[0]) =>
        expect(ledger.write(entry, "absent")).rejects.toThrow(EntryRefused);
      const long = (bytes: number) => "ü".repeat(bytes / 2);

      await refused({ key, data: { text: "x".repeat(entry_bytes) } });
      await refused({ key, data: { texts: Array.from({ length: 300 }, () => long(1400)) } });
      await refused({ key: { partition: long(partition_bytes + 2), sort: "s" }, data: {} });
      await refused({ key: { partition: "p", sort: long(sort_bytes + 2) }, data: {} });
      await refused({ key: { partition: "p", sort: "" }, data: {} });
      await refused({ key, data: {}, subject: { partition: "q", sort: long(sort_bytes + 2) } });
      expect(await all({ partition: "p" })).toEqual([]);

      const largest = { partition: long(partition_bytes), sort: long(sort_bytes) };
      const text = "x".repeat(entry_bytes - partition_bytes - sort_bytes - 1_000);
      expect(await ledger.write({ key: largest, data: { text } }, "absent")).toMatchObject({ revision: 1 });
      expect((await ledger.read(largest))?.data).toEqual({ text });
    });
  });
}
