import { describe, expect, test } from "vitest";
import { findCode } from "../../../shared/api/errors/codes.ts";
import { allOperations } from "../../../shared/api/operations/all.ts";
import { type Example, pageExamples, referenceExamples } from "../seeds/examples.ts";

const examples = [...referenceExamples, ...pageExamples];

function operationOf({ operation }: Example) {
  const found = allOperations.find(({ service, name }) => `${service}.${name}` === operation);
  if (found === undefined) throw new Error(`No operation ${operation}`);
  return found;
}

function titled(part: Example["part"]): [string, Example][] {
  return examples
    .filter((example) => example.part === part && example.contradiction === undefined)
    .map((example, index) => [`${index + 1}. ${example.section} ${example.operation}`, example]);
}

describe("the examples of the provider's documents", () => {
  test("are all here: 56 of the reference and 7 of the other pages, 16 of them repaired", () => {
    expect(referenceExamples).toHaveLength(56);
    expect(pageExamples).toHaveLength(7);
    expect(examples.filter(({ repair }) => repair !== undefined)).toHaveLength(16);
  });

  test.each(titled("body"))("request %s is accepted as it stands", (_title, example) => {
    expect(operationOf(example).body?.parse(example.example)).toEqual(example.example);
  });

  test.each(titled("answer"))("answer %s is read without losing a field", (_title, example) => {
    const read = operationOf(example).answer?.parse(example.example);
    expect(withNumbersAsText(read)).toEqual(withNumbersAsText(example.example));
  });

  test("error answers carry a code and a message", () => {
    const errors = titled("error").map(([, { example }]) => example);
    expect(errors).toEqual([
      { error_msg: "The format of message is error", error_code: "AS.0001" },
      { error_code: "BackupService.6500", error_msg: "Operation log does not exist." },
    ]);
    expect(findCode("cbr", "BackupService.6500")?.status).toBe(404);
  });

  test("KooPhone's example request contradicts its own table and is the one that is refused", () => {
    const refused = examples.filter(({ contradiction }) => contradiction !== undefined);
    expect(refused.map(({ operation }) => operation)).toEqual(["koophone.backupInstances"]);
    for (const example of refused) {
      expect(operationOf(example).body?.safeParse(example.example).success).toBe(false);
    }
  });

  test("the query of example 5.3 is accepted as text", () => {
    const query = Object.fromEntries(new URLSearchParams("resource_type=OS::Nova::Server&limit=5&offset=0"));
    const list = allOperations.find(({ name }) => name === "listBackups");
    expect(list?.query?.parse(query)).toEqual({ resource_type: "OS::Nova::Server", limit: 5, offset: 0 });
  });
});

/** Checkpoint answers write quantities as text; reading turns them into numbers. */
function withNumbersAsText(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "number" ? String(inner) : inner,
  );
  return JSON.parse(text);
}
