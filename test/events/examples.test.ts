import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { eventExamples } from "../../events/all.ts";
import { MalformedEvent } from "../../events/define.ts";

const folder = new URL("../../events/", import.meta.url);

describe("events/examples", () => {
  test("has one file for each kind of event, and no other", () => {
    const files = readdirSync(new URL("examples/", folder)).sort();
    expect(files).toEqual(eventExamples.map(({ name }) => `${name}.json`).sort());
  });

  test("knows every kind of event that there is", () => {
    const kinds = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    expect(eventExamples).toHaveLength(
      kinds.filter((file) => !["all.ts", "define.ts", "versions.ts"].includes(file)).length,
    );
  });

  test.each(eventExamples)("$name parses, whole or as text", ({ name, parse, payload }) => {
    const text = readFileSync(new URL(`examples/${name}.json`, folder), "utf8");
    expect(JSON.parse(text)).toEqual(payload);
    expect(parse(JSON.parse(text))).toBeTypeOf("object");
  });

  test.each(eventExamples.filter(({ name }) => name !== "notification.received"))(
    "$name is refused with another name, version or field",
    ({ name, version, parse, payload }) => {
      const { data } = payload as { data: object };
      for (const wrong of [
        { event: "another", version, data },
        { event: name, version: version + 1, data },
        { event: name, version, data: { ...data, unheard_of: 1 } },
        { event: name, version, data: {} },
        "{",
        null,
      ]) {
        expect(() => parse(wrong)).toThrow(MalformedEvent);
      }
    },
  );
});
