import type { Client } from "../../../shared/api/client.ts";
import type { Backup } from "../../../shared/api/operations/cbr/backup.ts";
import { showBackup } from "../../../shared/api/operations/cbr/backups.ts";
import { isMissing } from "../../../shared/api/provider-error.ts";
import { holdOn, holdsInForce } from "../../../shared/control/hold.ts";
import { readStop } from "../../../shared/control/stop.ts";
import type { Project } from "../../../shared/estate/estate.ts";
import type { PruneDecision } from "../../../shared/prune/decision.ts";
import { deletionsOfBackup } from "../../../shared/prune/deletion.ts";
import { slotsBehind } from "../../../shared/prune/origin.ts";
import { decisionsOf, type PrunePlan, plansOfVault } from "../../../shared/prune/plan.ts";
import { vaultPrunesOf } from "../../../shared/prune/vault-record.ts";
import { CommandFailure } from "../fail.ts";
import type { Place } from "../place/place.ts";

export type LookUp = (project: Project) => Promise<Client<{ showBackup: typeof showBackup }>>;
export const operations = { showBackup };

/** How many of a vault's plans are read for a word about the backup. */
const plansRead = 10;

/** What is known of a backup, and why it is still there or is not: the provider's word, then the ledger's. */
export async function why(
  place: Place,
  { backup_id, lookUp }: { backup_id: string; lookUp: LookUp },
): Promise<string[]> {
  const found: string[] = [];
  const unknown: string[] = [];
  for (const project of place.estate.projects) {
    const seen = await atProvider(project, backup_id, lookUp);
    const known = await inLedger(place, project, backup_id, seen.backup);
    const words = `Project ${project.name}: ${seen.words}`;
    if (known.length > 0 || seen.backup) found.push(words, ...known);
    else unknown.push(words);
  }
  if (found.length === 0) {
    throw new CommandFailure(`the ledger knows nothing of a backup ${backup_id}. ${unknown.join(". ")}`);
  }
  const stop = await readStop(place.ledger);
  return stop ? [...found, `The stop flag is set: ${stop.reason}. Nothing is deleted.`] : found;
}

async function atProvider(
  project: Project,
  backup_id: string,
  lookUp: LookUp,
): Promise<{ backup?: Backup; words: string }> {
  try {
    const client = await lookUp(project);
    const { backup } = await client.showBackup({ path: { backup_id } });
    const { name, status, created_at, resource_name, resource_id, vault_id } = backup;
    return {
      backup,
      words: `the provider has it: ${name}, ${status}, of ${created_at}, resource ${resource_name ?? resource_id}, vault ${vault_id}`,
    };
  } catch (error) {
    if (isMissing(error)) return { words: "the provider has it no more" };
    const reason = error instanceof Error ? error.message : String(error);
    return { words: `the provider could not be asked (${reason})` };
  }
}

async function inLedger(
  { ledger }: Place,
  { name: project }: Project,
  backup_id: string,
  backup: Backup | undefined,
): Promise<string[]> {
  const deletions = await Array.fromAsync(deletionsOfBackup(ledger, project, backup_id));
  const [latest] = deletions;
  const vault_id = backup?.vault_id ?? latest?.value.vault_id;
  const vaults = vault_id ? [vault_id] : await prunedVaults(ledger, project);
  const plans: string[] = [];
  for (const one of vaults) {
    plans.push(...(await inPlans(ledger, { project, vault_id: one }, backup_id)));
    if (plans.length > 0) break;
  }
  return [
    ...(vault_id ? await origin(ledger, { project, vault_id }, backup_id, backup) : []),
    ...plans,
    ...deletions.map(({ value: { scheduled_at, state, code, note, changed_at_ms, reason } }) => {
      const end = [code, note].filter((part) => part !== null).join(": ");
      return `  ${utc(changed_at_ms)} deletion by the plan of ${scheduled_at} (${reason}): ${state}${end ? `, ${end}` : ""}`;
    }),
    ...(backup ? await held(ledger, backup, vault_id ?? "") : []),
  ];
}

async function prunedVaults(ledger: Place["ledger"], project: string): Promise<string[]> {
  return (await Array.fromAsync(vaultPrunesOf(ledger, project))).map(({ value }) => value.vault_id);
}

/** Which checkpoint of ours made it. */
async function origin(
  ledger: Place["ledger"],
  vault: { project: string; vault_id: string },
  backup_id: string,
  backup: Backup | undefined,
): Promise<string[]> {
  for (const value of await slotsBehind(ledger, vault, backup ? [backup] : [])) {
    const attempt = value.attempts.find(({ checkpoint_id }) => checkpoint_id === backup?.checkpoint_id);
    const covered = Object.values(value.covered).includes(backup_id);
    if (!attempt && !covered) continue;
    return [
      `  made by rule ${value.rule} in the night ${value.scheduled_at}, attempt ${attempt?.attempt ?? "unknown"}`,
    ];
  }
  return ["  no record says that this product made it: it is never deleted as our own"];
}

/** What the vault's plans said, newest first; the same words only once. */
async function inPlans(
  ledger: Place["ledger"],
  vault: { project: string; vault_id: string },
  backup_id: string,
): Promise<string[]> {
  const said: string[] = [];
  let before = "";
  let read = 0;
  for await (const { value: plan } of plansOfVault(ledger, vault)) {
    if (++read > plansRead) break;
    const decision = (await decisionsOf(ledger, plan)).find(({ id }) => id === backup_id);
    if (!decision) continue;
    const words = sentence(decision);
    if (words !== before) said.push(`  ${utc(plan.planned_at_ms)} ${header(plan)}: ${words}`);
    before = words;
  }
  return said;
}

const header = ({ scheduled_at, mode, hash }: PrunePlan) =>
  `plan of ${scheduled_at} (${hash.slice(0, 12)}${mode === "report" ? ", report only" : ""})`;

const sentence = ({ action, code, reason }: PruneDecision) =>
  action === "refuse" ? `refused, ${code}: ${reason}` : `${action}: ${reason}`;

async function held(ledger: Place["ledger"], backup: Backup, vault_id: string): Promise<string[]> {
  const hold = holdOn(await holdsInForce(ledger), backup, vault_id);
  return hold ? [`  on hold ${hold.id} (${hold.target}): ${hold.reason}`] : [];
}

const utc = (time_ms: number) => new Date(time_ms).toISOString();
