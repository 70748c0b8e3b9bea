import { type Audit, auditsOf } from "../../../../shared/instances/audit.ts";
import { type Host, hostsOf } from "../../../../shared/instances/host.ts";
import { unprotectedOf } from "../../../../shared/instances/unprotected.ts";
import { isOpen } from "../../../../shared/work/work.ts";
import type { Account } from "../../night/account.ts";
import type { InvariantChecker, Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { isDisturbed } from "../checkpoints/expected.ts";
import { isCovered, truthOf, unprotectedIn, works } from "./oracle.ts";
import { instancesOf } from "./rules.ts";
import { watchSwitches } from "./switches.ts";

/** Watches what is switched on at the moment when the provider is asked for it, and what is said of it afterwards. */
export function watchInstances(stage: Stage): InvariantChecker {
  const switches = watchSwitches(stage);
  const looked = stage.accounts.filter((account) => instancesOf(stage, account)?.hosts);
  const each = async (check: (account: Account) => Promise<Violation[]>) => {
    const violations = switches.splice(0);
    for (const account of looked) {
      account.world.advance(account.cloud.clock.now());
      violations.push(...(await check(account)));
    }
    return violations;
  };
  return {
    daily: () => each((account) => checkClaims(stage, account)),
    final: () => each((account) => checkConverged(stage, account)),
  };
}

async function recordsOf({ ledger }: Stage, { name }: Account) {
  const audits = await Array.fromAsync(auditsOf(ledger.table, name));
  const hosts = await Array.fromAsync(hostsOf(ledger.table, name));
  return { audits: audits.map(({ value }) => value), hosts: hosts.map(({ value }) => value) };
}

const wrong = (id: string, what: string): Violation => ({
  rule: "instance",
  about: [id],
  what: `${id} ${what}`,
});

/** What is said to be covered is covered, unless somebody has changed it since. */
async function checkClaims(stage: Stage, account: Account): Promise<Violation[]> {
  const { world } = account;
  const { audits, hosts } = await recordsOf(stage, account);
  const violations: Violation[] = [];
  const untouched = (ids: readonly string[], since_ms: number) =>
    !ids.some((id) => isDisturbed(stage, id, since_ms, stage.time.now()));
  for (const { instance_id, work, gone_at_ms } of audits) {
    const instance = world.auditInstances.get(instance_id);
    if (work.settled?.outcome !== "done" || gone_at_ms !== null) continue;
    if (!untouched([instance_id], work.settled.at_ms)) continue;
    if (instance === undefined || !works(world, instance))
      violations.push(wrong(instance_id, "is said to be backed up, and is not"));
  }
  const servers = world.backupHosts.all().map(({ id }) => id);
  for (const { host_id, work, gone_at_ms } of hosts) {
    const host = world.hosts.get(host_id);
    if (work.settled?.outcome !== "done" || gone_at_ms !== null) continue;
    if (!untouched([host_id, ...servers], work.settled.at_ms)) continue;
    if (host === undefined || !isCovered(world, host))
      violations.push(wrong(host_id, "is said to have a backup server, and has none that runs"));
  }
  return violations;
}

/** After a calm day everything that exists is covered, or reported with the true reason; nothing is open. */
async function checkConverged(stage: Stage, account: Account): Promise<Violation[]> {
  const { world, name } = account;
  const { audits, hosts } = await recordsOf(stage, account);
  const violations: Violation[] = [];
  for (const { id } of world.auditInstances.all()) {
    const record = audits.find(({ instance_id }) => instance_id === id);
    const problem = auditProblem(stage, account, id, record);
    if (problem !== undefined) violations.push(wrong(id, problem));
  }
  for (const { id } of world.hosts.all()) {
    const record = hosts.find(({ host_id }) => host_id === id);
    const problem = hostProblem(stage, account, id, record);
    if (problem !== undefined) violations.push(wrong(id, problem));
  }
  const exists = (id: string) =>
    world.auditInstances.get(id) !== undefined || world.hosts.get(id) !== undefined;
  const records = [
    ...audits.map((audit) => ({ ...audit, id: audit.instance_id })),
    ...hosts.map((host) => ({ ...host, id: host.host_id })),
  ];
  for (const { id, work, gone_at_ms } of records) {
    if (isOpen(work)) violations.push(wrong(id, `is still ${work.state} after a calm day`));
    if (!exists(id) && gone_at_ms === null) violations.push(wrong(id, "is gone, and still expected"));
  }
  const told = (await Array.fromAsync(unprotectedOf(stage.ledger.table, name)))
    .map(({ value }) => value.resource_id)
    .sort();
  const discovery = instancesOf(stage, account)?.discovery;
  const true_ids = discovery ? unprotectedIn(world, discovery) : [];
  for (const id of new Set([...told, ...true_ids])) {
    if (told.includes(id) === true_ids.includes(id)) continue;
    violations.push(
      wrong(id, told.includes(id) ? "is said to be in no vault" : "is in no vault, and nobody is told"),
    );
  }
  return violations;
}

function auditProblem(
  stage: Stage,
  account: Account,
  id: string,
  record: Audit | undefined,
): string | undefined {
  if (record === undefined) return "was never noticed";
  if (record.gone_at_ms !== null) return "is said to be gone, and exists";
  const { settled } = record.work;
  if (instancesOf(stage, account)?.audit?.by_hand.includes(id))
    return settled?.outcome === "skipped"
      ? undefined
      : `is set by hand, and its record says ${settled?.outcome}`;
  if (settled?.outcome === "done") return undefined;
  // What failed under a bad fault profile is tried again a day later.
  if (settled?.outcome === "failed" && settled.at_ms < stage.conditions.calmSince_ms) return undefined;
  return `is not backed up after a calm day: ${settled?.outcome} ${settled?.reason}`;
}

function hostProblem(
  stage: Stage,
  account: Account,
  id: string,
  record: Host | undefined,
): string | undefined {
  const { world } = account;
  const host = world.hosts.get(id);
  if (host === undefined) return undefined;
  if (record === undefined) return "was never noticed";
  if (record.gone_at_ms !== null) return "is said to be gone, and exists";
  const hasNetworks = (instancesOf(stage, account)?.hosts?.networks ?? []).length > 0;
  const truth = truthOf(world, host, hasNetworks);
  const { settled } = record.work;
  if (truth === "covered")
    return settled?.outcome === "done"
      ? undefined
      : `is covered, and its record says ${settled?.outcome}: ${settled?.reason}`;
  if (truth !== "coverable") {
    const said = settled?.outcome === "skipped" && settled.reason?.startsWith(`${truth}:`);
    return said
      ? undefined
      : `cannot be covered (${truth}), and its record says ${settled?.outcome}: ${settled?.reason}`;
  }
  if (settled?.outcome === "failed" && settled.at_ms < stage.conditions.calmSince_ms) return undefined;
  return `could be covered, and is not after a calm day: ${settled?.outcome} ${settled?.reason}`;
}
