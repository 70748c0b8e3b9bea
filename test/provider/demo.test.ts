import { describe, expect, test } from "vitest";
import { createDemoWorld } from "../../infra/local/provider/demo/demo.ts";
import { caseOf, nightly, vault_cases } from "../../infra/local/provider/demo/vaults.ts";
import { startCheckpoint } from "../../infra/local/provider/world/checkpoints.ts";
import { Refusal } from "../../infra/local/provider/world/model.ts";
import { minute_ms } from "../../infra/local/provider/world/time.ts";

const now_ms = Date.parse("2026-03-02T00:55:00Z");

function attempt(world: ReturnType<typeof createDemoWorld>["world"], vault_id: string): string {
  const vault = world.vaults.get(vault_id);
  if (vault === undefined) return "none";
  try {
    startCheckpoint(world, { vault, incremental: true, auto_trigger: false });
    return "started";
  } catch (error) {
    if (error instanceof Refusal) return error.code.replace("BackupService.", "");
    throw error;
  }
}

describe("the demo estate", () => {
  test("has 40 vaults with about 600 resources, each special case once", () => {
    const { world, estate } = createDemoWorld({ seed: 1, now_ms });
    expect(world.vaults.size).toBe(40);
    const held = world.vaults.all().reduce((sum, { resources }) => sum + resources.size, 0);
    expect(held).toBeGreaterThan(500);
    expect(held).toBeLessThan(800);
    const special = estate.vaults.map((one) => one.case).filter((one) => one !== "ordinary");
    expect(special.toSorted()).toEqual(vault_cases.filter((one) => one !== "ordinary").toSorted());
    const kinds = new Set(world.vaults.all().map(({ object_type }) => object_type));
    expect(kinds).toEqual(new Set(["server", "disk", "turbo"]));
  });

  test("behaves as its cases say when a night begins", () => {
    const { world, estate } = createDemoWorld({ seed: 1, now_ms });
    world.advance(now_ms + 5 * minute_ms);
    const results = Object.fromEntries(estate.vaults.map((one) => [one.case, attempt(world, one.vault.id)]));
    expect(results).toEqual({
      ordinary: "started",
      flaky: "started",
      refused: "started",
      busy: "6125",
      untagged: "started",
      frozen: "6113",
      empty: "0001",
      lock: "6113",
      full: "6114",
      deleting: "6112",
      locked: "started",
      native: "started",
      manual: "started",
      weekly: "started",
      "empty-too": "0001",
    });
    const tagged = estate.vaults.filter(({ vault }) =>
      vault.tags.some(({ value }) => value === nightly.value),
    );
    const untagged = estate.vaults.filter((one) => !tagged.includes(one)).map((one) => one.case);
    expect(untagged.toSorted()).toEqual(["untagged", "weekly"]);
  });

  test("somebody's task ends some minutes into the night; the flaky resource fails once, the refused one always", () => {
    const { world, estate } = createDemoWorld({ seed: 1, now_ms });
    const vaultOf = (wanted: (typeof vault_cases)[number]) =>
      estate.vaults.find((one) => one.case === wanted)?.vault.id ?? "";
    world.advance(now_ms + 45 * minute_ms);
    expect(attempt(world, vaultOf("busy"))).toBe("started");
    for (const outcomes of [
      ["error", 1],
      ["available", 0],
    ] as const) {
      expect(attempt(world, vaultOf("flaky"))).toBe("started");
      expect(attempt(world, vaultOf("refused"))).toBe("started");
      world.advance(world.now + 30 * minute_ms);
      const checkpoints = world.checkpoints.newest(({ vault_id }) => vault_id === vaultOf("flaky"));
      const flaky = checkpoints[0]?.resources.find(
        ({ resource }) => resource.id === estate.flaky_resource_id,
      );
      expect(flaky?.protect_status).toBe(outcomes[0]);
      const [refused] = world.checkpoints.newest(({ vault_id }) => vault_id === vaultOf("refused"));
      expect(refused?.skipped).toMatchObject([
        { id: estate.refused_resource_id, code: "BackupService.7103" },
      ]);
    }
  });

  test("is the same for the same seed, to the last id, and another for another", () => {
    const print = (seed: number) => {
      const { world, identities, instances } = createDemoWorld({ seed, now_ms });
      world.advance(now_ms + 60 * minute_ms);
      return JSON.stringify([
        world.vaults
          .all()
          .map(({ running: _running, resources, ...vault }) => [vault, [...resources.keys()]]),
        world.backups.all().map(({ id, status, size_mb, updated }) => [id, status, size_mb, updated]),
        identities,
        instances,
      ]);
    };
    expect(print(5)).toBe(print(5));
    expect(print(6)).not.toBe(print(5));
  });

  test("scales: small worlds keep the first cases, large ones add ordinary vaults", () => {
    const small = createDemoWorld({ seed: 1, now_ms, vaults: 4 });
    expect(small.estate.vaults.map((one) => one.case)).toEqual(["ordinary", "flaky", "refused", "busy"]);
    const large = createDemoWorld({ seed: 1, now_ms, vaults: 200 });
    expect(large.estate.vaults.filter((one) => one.case === "frozen")).toHaveLength(1);
    expect(caseOf(150)).toBe("ordinary");
  });

  test("has audit instances, hosts, backup servers and a phone in each state", () => {
    const { world, instances, unprotected } = createDemoWorld({ seed: 1, now_ms });
    expect(instances.audit_instances).toHaveLength(3);
    expect(world.auditInstances.get(instances.audit_instance_by_hand)?.enabled).toBe(true);
    expect(
      world.hosts
        .all()
        .map(({ os_type, agent_status, protect_status }) => [os_type, agent_status, protect_status].join()),
    ).toEqual([
      ...Array(5).fill("linux,online,opened"),
      "windows,online,opened",
      "linux,offline,opened",
      "linux,online,closed",
    ]);
    expect(world.backupHosts.all().map(({ running }) => running)).toEqual([true, true, false]);
    expect(world.phones.all().map(({ state }) => state)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(unprotected.every((id) => world.resources.has(id) && !world.holders.has(id))).toBe(true);
    expect(world.policies.newest(({ id }) => !world.hostPolicies.get(id))).toHaveLength(2);
  });
});
