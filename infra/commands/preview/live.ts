import { listBackups } from "../../../shared/api/operations/cbr/backups.ts";
import { listVaults } from "../../../shared/api/operations/cbr/vaults.ts";
import { projectOf } from "../../../shared/estate/find.ts";
import type { RetentionPolicy } from "../../../shared/retention/policy.ts";
import { CommandFailure } from "../fail.ts";
import { openPlace, type Place, providerOf } from "../place/place.ts";
import type { LiveSource } from "./arguments.ts";
import { readPolicyFile } from "./backups-file.ts";
import { estateRetention } from "./estate-retention.ts";
import { byVault, policyRetention, underPolicy } from "./retention.ts";
import type { Subject } from "./subject.ts";

/** How long a listing waits for room in the rate budget, which it shares with the functions at work. */
const maximumWait_ms = 75_000;

const under = (policy: RetentionPolicy) => byVault(() => underPolicy(policy));

/**
 * What a project has now. Throws CommandFailure, NotInEstate, ProviderError, BudgetSpent, ListMoved, and ListUnreadable:
 * what an unreadable backup would change must not be left out of a preview.
 */
export async function readLive(source: LiveSource): Promise<Subject> {
  const policy = source.policy === undefined ? undefined : readPolicyFile(source.policy);
  const place = await openPlace(source);
  try {
    return await lookAt(place, source, policy);
  } finally {
    place.close();
  }
}

async function lookAt(
  place: Place,
  { project: name, vault: vault_id, policy: file, now }: LiveSource,
  policy: RetentionPolicy | undefined,
): Promise<Subject> {
  const project = projectOf(place.estate, name);
  const client = await providerOf(place, "observe", maximumWait_ms)(project, operations);
  const vaults = (await Array.fromAsync(client.listVaults.all({}, { unreadable: "refuse" }))).filter(
    ({ id }) => vault_id === undefined || id === vault_id,
  );
  if (vault_id !== undefined && vaults.length === 0)
    throw new CommandFailure(`project ${name} has no vault ${vault_id}`);
  const backups = await Array.fromAsync(
    client.listBackups.all({ query: { vault_id } }, { unreadable: "refuse" }),
  );
  const seen = { backups, under, now: now ?? place.clock.now() };
  const of = vault_id === undefined ? "" : `, vault ${vault_id}`;
  const about = [`Project ${name}${of}, on ${place.name}.`];
  if (policy) {
    const retention = policyRetention(file ?? "", policy, under(policy));
    return { ...seen, about, retention };
  }
  const { retention, unpruned } = estateRetention(project, vaults, backups);
  return { ...seen, about: [...about, ...unpruned], retention };
}

/** What a preview of a live project calls at the provider, in the role that may only look. */
const operations = { listBackups, listVaults };
