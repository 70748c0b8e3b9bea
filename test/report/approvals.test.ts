import { expect, test } from "vitest";
import { driftRecord } from "../../shared/policies/drift.ts";
import { deletionRecord } from "../../shared/prune/deletion.ts";
import { makePlan, writePlan } from "../../shared/prune/plan.ts";
import { vaultPruneRecord } from "../../shared/prune/vault-record.ts";
import { madeUpEstate, nightAt, now_ms, reportOf, vaultId } from "./support.ts";

const scheduled_at = nightAt(0);

test("what pruning deleted, refused and paused is told with its reasons, and what waits with its command", async () => {
  const made = await madeUpEstate({ vaults: 2, resources: 2, nights: 2 });
  const { ledger } = made;
  const decision = (id: string) => ({
    id,
    resource_id: "r",
    created_at: "2026-11-01T01:00:00",
    class: "own" as const,
    action: "refuse" as const,
    reason: "as its code says",
  });
  const decisions = [
    ...["d1", "d2"].map((id) => ({ ...decision(id), action: "delete" as const, code: "expired" as const })),
    { ...decision("k"), action: "keep" as const, code: "retained" as const },
    { ...decision("h"), code: "on-hold" as const },
    { ...decision("p"), code: "rpo-breached" as const },
  ];
  const id = { project: "production", vault_id: vaultId(0), scheduled_at, edition: 0 };
  const plan = makePlan({
    ...id,
    vault_name: "vault-1",
    planned_at_ms: now_ms,
    mode: "delete",
    grounds: "",
    largest_share: 0.25,
    decisions,
  });
  await writePlan(ledger, plan, decisions);
  await vaultPruneRecord.create(ledger, {
    ...id,
    state: "waiting",
    note: "for an approval",
    slice: 0,
    lease: null,
    not_before_ms: now_ms,
    put_off: 0,
    vault: {
      seen_at_ms: now_ms,
      name: "vault-1",
      status: "available",
      locked: false,
      object_type: "server",
      tags: [],
      resources: [],
    },
    plan: { hash: plan.hash, planned_at_ms: now_ms, grounds: "" },
    unconfirmed: [],
  });
  for (const [backup_id, state] of [
    ["d1", "gone"],
    ["d2", "requested"],
  ] as const)
    await deletionRecord.create(ledger, {
      ...id,
      hash: plan.hash,
      backup_id,
      resource_id: "r",
      created_at: "2026-11-01T01:00:00",
      reason: "older than 30 days",
      state,
      code: null,
      note: null,
      changed_at_ms: now_ms,
    });
  await driftRecord.create(ledger, {
    project: "production",
    policy: "cbr:daily",
    policy_id: "p",
    changed_at_ms: now_ms,
    drift: [{ field: "max_backups", wanted: "5", actual: "9", effect: "shortens" }],
    pending: [{ field: "max_backups", wanted: "5", actual: "9", effect: "shortens" }],
    hash: "policyhash",
    pending_since_ms: now_ms,
    problem: null,
  });

  const report = await reportOf(made);
  const [project] = report.projects;
  expect(project?.pruning).toMatchObject({
    deleted: 1,
    requested: 1,
    kept: 1,
    refused: [{ code: "on-hold", reason: "it is on hold", backups: 1 }],
    paused: [{ code: "rpo-breached", reason: expect.stringContaining("paused"), backups: 1 }],
    plans: [{ vault_name: "vault-1", state: "waiting: for an approval", refused: 2, mode: "delete" }],
  });
  expect(project?.policies).toEqual([
    {
      policy: "cbr:daily",
      problem: null,
      drift: [{ field: "max_backups", wanted: "5", actual: "9", effect: "shortens" }],
    },
  ]);
  expect(project?.approvals.map(({ kind, command, reason }) => [kind, command, reason])).toEqual([
    ["prune plan", `npm run operate -- approve ${plan.hash}`, expect.stringContaining("largest share")],
    ["policy change", "npm run operate -- approve policyhash", "max_backups: 9 should be 5"],
  ]);
  expect(report.totals.approvals).toBe(2);
});
