import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { mayDo } from "../../infra/local/provider/world/identity.ts";
import { actionsOf, policyOf, roleActions } from "../../infra/provider-policies/policies.ts";
import { allUses, functionUses, type ProviderUse } from "../../infra/provider-policies/uses.ts";
import { type Role, roles } from "../../shared/estate/secrets.ts";
import { type Stage, stages } from "./stages.ts";

type FunctionName = keyof typeof functionUses;
const isFunction = (name: string): name is FunctionName => name in functionUses;
const names = Object.keys(functionUses).filter(isFunction);

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** Brings a function before its work, and its role under a policy with exactly these actions. */
async function under(name: FunctionName, actions: readonly string[]): Promise<Stage> {
  stage = await stages[name]();
  const { role } = functionUses[name];
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

describe.each(names)("%s", (name) => {
  const use: ProviderUse = functionUses[name];

  test("works with exactly the policy of its role, and calls everything that it declares", async () => {
    const now = await under(name, roleActions()[use.role]);
    expect(await now.run()).toBe(true);
    const { well, forbidden } = answered(now);
    expect(forbidden).toEqual([]);
    expect(well.sort()).toEqual(Object.keys(use.operations).sort());
  });

  test.each(actionsOf(use))("fails without %s", async (action) => {
    const now = await under(
      name,
      roleActions()[use.role].filter((each) => each !== action),
    );
    expect(await now.run().catch(() => false)).toBe(false);
    const missing = Object.values(use.operations).filter(({ permission }) => permission === action);
    expect(answered(now).forbidden).toEqual(missing.map((operation) => operation.name));
  });
});

describe("the policies", () => {
  test("hold the actions of every function that declares operations, in the role that its handler asks for", () => {
    const folders = readdirSync(new URL("../../functions", import.meta.url)).filter((name) =>
      existsSync(new URL(`../../functions/${name}/operations.ts`, import.meta.url)),
    );
    const asked = Object.fromEntries(
      folders.map((name) => {
        const handler = new URL(`../../functions/${name}/handler.ts`, import.meta.url);
        return [name, /role: "(\w+)"/.exec(readFileSync(handler, "utf8"))?.[1]];
      }),
    );
    expect(Object.fromEntries(names.map((name) => [name, functionUses[name].role]))).toEqual(asked);
  });

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
