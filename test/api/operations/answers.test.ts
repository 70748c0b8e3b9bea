import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { AnyOperation } from "../../../shared/api/operation.ts";
import { cbr, dbss, hss, koophone } from "../../../shared/api/operations/all.ts";
import { inPlace } from "../../../shared/api/operations/in-place.ts";
import { referenceExamples } from "../seeds/examples.ts";

const anyRecord = z.record(z.string(), z.unknown());

function exampleAnswer(operation: string): Record<string, unknown> {
  const found = referenceExamples.find(
    (example) => example.operation === operation && example.part === "answer",
  );
  return anyRecord.parse(structuredClone(found?.example));
}

/** The example with one field changed, or left out with undefined. */
function changed(operation: string, path: readonly (string | number)[], value: unknown): unknown {
  const answer = exampleAnswer(operation);
  let inner: unknown = answer;
  for (const step of path.slice(0, -1)) inner = Reflect.get(Object(inner), step);
  const last = path.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(Object(inner), last);
  else Reflect.set(Object(inner), last, value);
  return JSON.parse(JSON.stringify(answer));
}

function problem({ answer }: AnyOperation, value: unknown): string | undefined {
  return answer?.safeParse(value).error?.issues[0]?.path.map(String).join(".");
}

describe("an answer", () => {
  test.each<[keyof typeof cbr, (string | number)[], unknown]>([
    ["listBackups", ["backups", 1, "id"], undefined],
    ["listBackups", ["backups", 0, "status"], 1],
    ["listBackups", ["backups", 0, "created_at"], undefined],
    ["listBackups", ["backups", 0, "created_at"], "2026-02-30T01:00:00"],
    ["listBackups", ["backups", 0, "resource_id"], null],
    ["listBackups", ["backups", 0, "extend_info"], "{}"],
    ["listBackups", ["backups", 0, "extend_info", "auto_trigger"], "true"],
    ["listBackups", ["count"], "2"],
    ["listBackups", ["backups"], null],
    ["showBackup", ["backup", "children", 0, "status"], undefined],
    ["listTasks", ["operation_logs", 0, "status"], undefined],
    ["listTasks", ["operation_logs", 0, "extra_info", "resource", "id"], 5],
    ["showTask", ["operation_log"], undefined],
    ["listVaults", ["vaults", 0, "billing", "size"], "100"],
    ["listVaults", ["vaults", 0, "resources"], undefined],
    ["showVault", ["vault", "billing", "status"], undefined],
    ["createCheckpoint", ["checkpoint", "id"], undefined],
    ["createCheckpoint", ["checkpoint", "vault", "resources", 0, "resource_size"], "big"],
    ["showMember", ["member", "dest_project_id"], undefined],
    ["showPolicy", ["policy", "trigger", "properties", "pattern"], "FREQ=DAILY"],
    ["migrateResources", ["migrated_resources"], undefined],
  ])("is refused where a field that we use is missing or of another type: %s at %j", (name, path, value) => {
    expect(problem(cbr[name], exampleAnswer(`cbr.${name}`))).toBeUndefined();
    expect(problem(cbr[name], changed(`cbr.${name}`, path, value))).toBe(path.join("."));
  });

  // Recorded from real gateways: what no decision rests on may be null, empty or missing.
  test.each<[keyof typeof cbr, (string | number)[], unknown]>([
    ["updateVault", ["vault"], undefined],
    ["updateVault", ["vault", "billing"], undefined],
    ["updatePolicy", ["policy"], undefined],
    ["listVaults", ["count"], undefined],
    ["listVaults", ["vaults", 0, "billing", "object_type"], undefined],
    ["listVaults", ["vaults", 0, "bind_rules"], {}],
    ["listVaults", ["vaults", 0, "resources", 0, "protect_status"], null],
    ["listVaults", ["vaults", 0, "resources", 0, "extra_info"], undefined],
    ["listVaults", ["vaults", 0, "resources", 0, "type"], undefined],
    ["listVaults", ["vaults", 0, "billing", "status"], "a new word"],
    ["listBackups", ["count"], undefined],
    ["listBackups", ["backups", 0, "created_at"], "2025-05-10T07:59:12.000000+00:00"],
    ["listBackups", ["backups", 0, "protected_at"], "2025-05-10"],
    ["listBackups", ["backups", 0, "extend_info", "os_images_data"], [{}]],
    ["listBackups", ["backups", 0, "extend_info", "supported_restore_mode"], null],
    ["listBackups", ["backups", 0, "resource_type"], undefined],
    ["listTasks", ["count"], undefined],
    ["listTasks", ["operation_logs", 0, "status"], "a new word"],
    ["listTasks", ["operation_logs", 0, "operation_type"], undefined],
    ["listPolicies", ["count"], undefined],
    ["listMembers", ["count"], undefined],
    ["createCheckpoint", ["checkpoint", "status"], undefined],
    ["createCheckpoint", ["checkpoint", "vault", "skipped_resources"], [{ code: "BackupService.7103" }]],
    ["showMember", ["member", "created_at"], undefined],
  ])("is read although %s answers %j as %j", (name, path, value) => {
    const odd = changed(`cbr.${name}`, path, value);
    expect(cbr[name].answer?.safeParse(odd).error?.issues).toBeUndefined();
  });

  test("of the other services is read without what no decision rests on", () => {
    const host = { backup_host_id: "h" };
    expect(hss.listBackupHosts.answer.parse({ data_list: [host] }).data_list).toEqual([host]);
    expect(hss.listProtectedHosts.answer.parse({ data_list: [{ host_id: "h" }] }).data_list).toHaveLength(1);
    expect(dbss.listAuditInstances.answer.parse({ servers: [{ id: "i" }] }).instances).toHaveLength(1);
  });

  test("may carry fields that no document knows, and keeps them", () => {
    const answer = changed("cbr.listBackups", ["backups", 0, "brand_new"], { a: 1 });
    expect(cbr.listBackups.answer.parse(answer)).toEqual(answer);
  });

  test("of a checkpoint reads quantities from text and from numbers", () => {
    for (const size of ["40", 40]) {
      const answer = changed(
        "cbr.createCheckpoint",
        ["checkpoint", "vault", "resources", 0, "resource_size"],
        size,
      );
      expect(cbr.createCheckpoint.answer.parse(answer).checkpoint.vault?.resources?.[0]?.resource_size).toBe(
        40,
      );
    }
  });

  test.each([[null], ["{}"], [{ exclude_volumes: [] }]])("of a checkpoint accepts extra_info %j", (extra) => {
    const answer = changed(
      "cbr.createCheckpoint",
      ["checkpoint", "vault", "resources", 0, "extra_info"],
      extra,
    );
    expect(cbr.createCheckpoint.answer.parse(answer)).toBeDefined();
  });

  test("of a finished checkpoint may have no vault", () => {
    expect(
      cbr.showCheckpoint.answer.parse(changed("cbr.showCheckpoint", ["checkpoint", "vault"], null)).checkpoint
        .vault,
    ).toBeNull();
  });

  test("of a restore is empty, or the task's id", () => {
    expect(cbr.restoreBackup.answer.parse(undefined)).toBeUndefined();
    expect(cbr.restoreBackup.answer.parse({ job_id: "t" })).toEqual({ job_id: "t" });
  });

  test("of the audit instances is read in the documentation's form and in the SDK's", () => {
    const documented = { servers: [{ id: "i", name: "n", status: "ACTIVE" }], total: 1 };
    const published = { instances: [{ instance_id: "i", name: "n", status: "ACTIVE" }], total: 1 };
    const { answer } = dbss.listAuditInstances;
    expect(answer.parse(documented).instances.map(({ id }) => id)).toEqual(["i"]);
    expect(answer.parse(published).instances.map(({ id }) => id)).toEqual(["i"]);
    expect(answer.safeParse({ total: 1 }).success).toBe(false);
    expect(answer.safeParse({ servers: [{ name: "no id" }], total: 1 }).success).toBe(false);
  });
});

describe("a failure in a successful answer", () => {
  test("is a KooPhone error_code other than 0", () => {
    const { failure } = koophone.backupInstances;
    expect(failure?.({ error_code: "0", error_msg: "ok", data: {} })).toBeUndefined();
    expect(failure?.({ error_code: "KOOPHONE.API.2006", error_msg: "in backup" })).toEqual({
      code: "KOOPHONE.API.2006",
      message: "in backup",
    });
    expect(failure?.("not even an object")).toBeUndefined();
  });

  test("is an HSS error_code other than 0", () => {
    const { failure } = hss.updateBackupPolicy;
    expect(failure?.({ error_code: 0, error_description: "success" })).toBeUndefined();
    expect(failure?.({ error_code: 11, error_description: "no" })).toEqual({ code: "11", message: "no" });
  });
});

describe("checking in place", () => {
  test("gives a valid page back as it is, not a copy", () => {
    const answer = exampleAnswer("cbr.listBackups");
    expect(cbr.listBackups.answer.parse(answer)).toBe(answer);
  });

  test("agrees with the schema that it is made from", () => {
    const schema = z.looseObject({
      a: z.string(),
      b: z.array(z.looseObject({ c: z.int().nullish() })),
      d: z.number().nullable(),
      e: z.boolean().optional(),
    });
    const values = [
      { a: "", b: [], d: 0 },
      { a: "", b: [{ c: null }, {}], d: null, e: false, f: 1 },
      { a: "", b: [{ c: 1.5 }], d: 0 },
      { a: "", b: [{ c: "1" }], d: 0 },
      { a: "", b: [[]], d: 0 },
      { a: "", b: {}, d: 0 },
      { a: "", b: [] },
      { a: "", b: [], d: Number.NaN },
      { a: null, b: [], d: 0 },
      { a: "", b: [], d: 0, e: null },
      null,
      [],
      "text",
      undefined,
    ];
    for (const value of values) {
      const direct = schema.safeParse(value);
      const checked = inPlace(schema).safeParse(value);
      expect(checked.success, JSON.stringify(value)).toBe(direct.success);
      const places = (issues: readonly z.core.$ZodIssue[] | undefined) =>
        issues?.map(({ path, message }) => ({ path, message }));
      expect(places(checked.error?.issues)).toEqual(places(direct.error?.issues));
    }
  });

  test("refuses, when it is made, a schema that would change a value or check more than its type", () => {
    expect(() => inPlace(z.looseObject({ a: z.string().min(1) }))).toThrow(TypeError);
    expect(() => inPlace(z.looseObject({ a: z.coerce.number() }).transform((a) => a))).toThrow("in place");
    expect(() => inPlace(z.object({ a: z.string() }))).toThrow(TypeError);
  });
});
