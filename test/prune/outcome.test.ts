import { describe, expect, test } from "vitest";
import { ProviderError, type ProviderErrorFields } from "../../shared/api/provider-error.ts";
import type { Deletion } from "../../shared/prune/deletion.ts";
import { confirmed, endingOf } from "../../shared/prune/outcome.ts";
import { nativeVerdict } from "../../shared/prune/retention.ts";

const error = (change: Partial<ProviderErrorFields>) =>
  new ProviderError("deleteBackup: said so", {
    ...{ operation: "deleteBackup", service: "cbr", status: 400, code: "HTTP.400", next: "give-up" },
    ...{ measure: undefined, requestId: undefined, retryAfter_ms: undefined, throttled: false },
    ...change,
  });

describe("what an error of deleteBackup means", () => {
  test.each([
    ["an image was made from it", { code: "BackupService.6204" }, "refused", "image-source"],
    ["the vault is locked", { code: "BackupService.6220" }, "refused", "locked"],
    ["the vault's state forbids it", { code: "BackupService.6112" }, "refused", "vault-unavailable"],
    [
      "in use: perhaps by our own lost call",
      { code: "BackupService.6216", next: "wait" },
      "unclear",
      "in-use",
    ],
    ["cannot be deleted", { code: "BackupService.6201", next: "retry" }, "unclear", "cannot-be-deleted"],
    [
      "not there: perhaps by our own lost call",
      { code: "BackupService.6200", status: 404 },
      "unclear",
      "missing",
    ],
    ["404 without a code", { code: "HTTP.404", status: 404 }, "unclear", "missing"],
    ["no answer", { code: "TIMEOUT", status: undefined, next: "retry" }, "unclear", "TIMEOUT"],
    [
      "500, which may come after the effect",
      { code: "HTTP.500", status: 500, next: "retry" },
      "unclear",
      "HTTP.500",
    ],
    ["a refusal that no document explains", { code: "BackupService.9999" }, "failed", "BackupService.9999"],
  ] as const)("%s", (_name, fields, state, code) => {
    expect(endingOf(error(fields))).toEqual({ state, code, note: "deleteBackup: said so" });
  });

  test.each([
    ["throttled", { throttled: true, status: 429, code: "APIGW.0308", next: "retry" }],
    ["a wrong credential", { status: 401, code: "APIGW.0301" }],
    ["a missing permission", { status: 403, code: "APIGW.0302" }],
  ] as const)("%s: nothing has happened, and it is worth another try", (_name, fields) => {
    expect(endingOf(error(fields))).toBeUndefined();
  });
});

describe("what a complete listing says about a deletion", () => {
  const deletion = (state: Deletion["state"]): Deletion => ({
    ...{
      project: "demo",
      vault_id: "v1",
      scheduled_at: "",
      edition: 0,
      hash: "",
      backup_id: "b1",
      resource_id: "r1",
    },
    ...{ created_at: "", reason: "expired", state, code: null, note: null, changed_at_ms: 0 },
  });

  test.each(["requested", "unclear", "intended"] as const)("%s, and it lacks the backup: gone", (state) => {
    expect(confirmed(deletion(state), undefined)?.state).toBe("gone");
  });

  test("requested, and it shows the backup as being deleted: nothing yet", () => {
    expect(confirmed(deletion("requested"), { status: "waiting_delete" })).toBeUndefined();
  });

  test("unclear, and it shows the backup as being deleted: it was accepted", () => {
    expect(confirmed(deletion("unclear"), { status: "deleting" })?.state).toBe("requested");
  });

  test("requested, and it shows the backup as before: the provider has not carried it out", () => {
    expect(confirmed(deletion("requested"), { status: "available" })).toMatchObject({
      state: "remains",
      code: "still-there",
    });
  });

  test("unclear, and it shows the backup as before: it was not deleted", () => {
    expect(confirmed(deletion("unclear"), { status: "available" })?.state).toBe("remains");
  });

  test("intended, and it shows the backup as before: it is still to be done", () => {
    expect(confirmed(deletion("intended"), { status: "available" })).toBeUndefined();
  });
});

describe("a native automatic backup", () => {
  const expired_at = "2026-11-14T09:00:00.000000";
  const backup = {
    ...{ id: "b1", status: "available", created_at: "2026-11-01T09:00:00.000000", resource_id: "r1" },
    ...{ resource_type: "OS::Nova::Server", expired_at },
  };
  const week_later_ms = Date.parse("2026-11-21T09:00:00Z");

  test("may go exactly seven days after its own expiry, and not a moment before", () => {
    expect(nativeVerdict(backup, { now_ms: week_later_ms - 1 })).toEqual({ code: "native-not-due" });
    expect(nativeVerdict(backup, { now_ms: week_later_ms })).toMatchObject({ keep: false });
  });

  test("may never go without an expiry that can be read", () => {
    for (const unreadable of [null, undefined, "", "soon"]) {
      const odd = { ...backup, expired_at: unreadable };
      expect(nativeVerdict(odd, { now_ms: week_later_ms })).toEqual({ code: "native-no-expiry" });
    }
  });
});
