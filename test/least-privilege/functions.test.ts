import { afterEach, describe, expect, test } from "vitest";
import { mayDo } from "../../infra/local/provider/world/identity.ts";
import {
  actionsOf,
  allUses,
  type ProviderUse,
  policyOf,
  roleActions,
  type SpeakingFunction,
  speakingFunctions,
} from "../../infra/tools/docs/provider-policies.ts";
import { type Role, roles } from "../../shared/estate/secrets.ts";
import { type Stage, stages } from "./stages.ts";

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** Brings a function before its work, and its role under a policy with exactly these actions. */
async function under({ name, provider }: SpeakingFunction, actions: readonly string[]): Promise<Stage> {
  stage = await stages[name]();
  const { role } = provider;
  for (const user of stage.cloud.world.users.values()) if (user.name === role) user.allowed = actions;
  stage.cloud.calls.reset();
  return stage;
}

/** The operations that were answered well, and those that were forbidden. */
function answered({ cloud }: Stage) {
  const counts = Object.entries(cloud.calls.counts());
  const having = (wanted: RegExp) =>
    counts.filter(([, byStatus]) => Object.keys(byStatus).some((status) => wanted.test(status)));
  return { well: having(/^2/).map(([name]) => name), forbidden: having(/^403$/).map(([name]) => name) };
}

describe.each(speakingFunctions)("$name", (definition) => {
  const use: ProviderUse = definition.provider;

  test("works with exactly the policy of its role, and calls everything that it declares", async () => {
    const now = await under(definition, roleActions()[use.role]);
    expect(await now.run()).toBe(true);
    const { well, forbidden } = answered(now);
    expect(forbidden).toEqual([]);
    expect(well.sort()).toEqual(Object.keys(use.operations).sort());
  });

  test.each(actionsOf(use))("fails without %s", async (action) => {
    const now = await under(
      definition,
      roleActions()[use.role].filter((each) => each !== action),
    );
    expect(await now.run().catch(() => false)).toBe(false);
    const missing = Object.values(use.operations).filter(({ permission }) => permission === action);
    expect(answered(now).forbidden).toEqual(missing.map((operation) => operation.name));
  });
});

describe("the policies", () => {
  test("are custom policies of the provider's version 1.1, without a wildcard", () => {
    const text = roles.map((role) => JSON.stringify(policyOf(roleActions()[role]))).join("\n");
    expect(text).not.toContain("*");
    expect(text.split("\n")[0]).toMatch(
      /^{"Version":"1\.1","Statement":\[{"Effect":"Allow","Action":\["cbr:/,
    );
  });

  test("allow nobody to delete a vault, to take resources out of one or to move them", () => {
    const operations = allUses.flatMap((use) => Object.keys(use.operations));
    for (const name of ["deleteVault", "removeResources", "migrateResources"])
      expect(operations).not.toContain(name);
    const forbidden = ["cbr:vaults:delete", "cbr:vaults:removeResources", "cbr:vaults:migrateResources"];
    const granted = roles.flatMap((role) => roleActions()[role]);
    expect(granted.filter((action) => forbidden.includes(action))).toEqual([]);
  });

  test("let only the role that prunes delete, and only the role that takes checkpoints take them", () => {
    const rolesThatMay = (action: string) =>
      roles.filter((role: Role) => mayDo({ ...anyone, allowed: roleActions()[role] }, action));
    expect(rolesThatMay("cbr:backups:delete")).toEqual(["prune"]);
    expect(rolesThatMay("cbr:vaults:backup")).toEqual(["checkpoint"]);
    expect(rolesThatMay("koophone:cloudphoneResource:instanceBackup")).toEqual(["instances"]);
  });

  test("give those who only look, the report among them, no operation that changes anything", () => {
    const looking = allUses.filter(({ role }) => role === "observe");
    const changing = looking
      .flatMap((use) => Object.values(use.operations))
      .filter(({ method, permission = "" }) => method !== "GET" && !/:(get|list|query)/.test(permission));
    expect(changing).toEqual([]);
  });
});

const anyone = { id: "", name: "", password: "", domain_id: "", domain_name: "", projects: [] };
