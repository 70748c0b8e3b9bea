import { describe, expect, test } from "vitest";
import * as z from "zod";
import { checkpointDue } from "../../events/checkpoint-due.ts";
import { defineEvent, MalformedEvent } from "../../events/define.ts";
import { upgrade } from "../../events/versions.ts";

/** A message that version 1 sent. */
const recorded =
  '{"event":"checkpoint.due","version":1,"data":{"project":"demo","vault_id":"3b5816b5-f29c-4172-9d9a-76c719a659ce","scheduled_at":"2026-11-21T01:00:00Z","attempt":2}}';
const { data } = JSON.parse(recorded);

/** The event as a later version might have it: several vaults in one message. */
const several = z.strictObject({
  ...checkpointDue.schema.omit({ vault_id: true }).shape,
  vault_ids: z.array(z.string()),
});
const nextCheckpointDue = defineEvent({
  name: "checkpoint.due",
  version: 2,
  readable_from: 2,
  schema: several,
  earlier: [upgrade(1, checkpointDue.schema, ({ vault_id, ...due }) => ({ ...due, vault_ids: [vault_id] }))],
  example: { project: "demo", scheduled_at: "2026-11-21T01:00:00Z", attempt: 1, vault_ids: ["a"] },
});

describe("a message of version 1 that is still in the queue", () => {
  test("is read by that version", () => {
    expect(checkpointDue.parse(recorded)).toEqual(data);
  });

  test("is read by the next version through its upgrade", () => {
    const { vault_id, ...due } = data;
    expect(nextCheckpointDue.parse(recorded)).toEqual({ ...due, vault_ids: [vault_id] });
    expect(() => nextCheckpointDue.parse(recorded.replace('"attempt":2', '"attempt":0'))).toThrow(/attempt/);
  });
});

describe("a message of a newer version, after a rollback", () => {
  const newer = (more: object, stamp: object) =>
    checkpointDue.parse({ event: "checkpoint.due", version: 2, ...stamp, data: { ...data, ...more } });

  test("is read without the fields that it added, if it says that this version may", () => {
    expect(newer({ urgent: true, origin: { region: "eu-de" } }, { readable_from: 1 })).toEqual(data);
    expect(() => newer({ attempt: "second" }, { readable_from: 1 })).toThrow(/attempt/);
  });

  test("fails if it does not, and so goes back to its queue", () => {
    expect(() => checkpointDue.parse(nextCheckpointDue.create(nextCheckpointDue.example))).toThrow(
      "not a checkpoint.due event of version 1: it has version 2, which code of version 2 reads; this is 1",
    );
    expect(() => newer({}, {})).toThrow(MalformedEvent);
  });

  test("loses what is unknown within its parts and lists, and nothing else", () => {
    const parts = defineEvent({
      name: "parts.seen",
      version: 1,
      schema: z.strictObject({
        parts: z.array(z.strictObject({ id: z.string() })),
        one: z.strictObject({ id: z.string() }),
      }),
      example: { parts: [], one: { id: "a" } },
    });
    const sent = { parts: [{ id: "a" }, { id: "b", size: 1 }], one: { id: "c", size: 2 }, total: 3 };
    const message = { event: "parts.seen", version: 4, readable_from: 1, data: sent };
    expect(parts.parse(message)).toEqual({ parts: [{ id: "a" }, { id: "b" }], one: { id: "c" } });
    expect(() => parts.parse({ ...message, version: 1 })).toThrow(MalformedEvent);
  });
});
