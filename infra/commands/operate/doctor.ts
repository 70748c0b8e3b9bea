import { parseCredential } from "../../../shared/api/credential.ts";
import { ListUnreadable, type UnreadableItem } from "../../../shared/api/list.ts";
import type { AnyOperation } from "../../../shared/api/operation.ts";
import { header, ProviderError } from "../../../shared/api/provider-error.ts";
import { choose } from "../../../shared/checkpoints/choose.ts";
import { readStop } from "../../../shared/control/stop.ts";
import type { Project } from "../../../shared/estate/estate.ts";
import { type Role, roles } from "../../../shared/estate/secrets.ts";
import { allUses } from "../../provider-policies/policies.ts";
import type { Place } from "../place/place.ts";
import { providerOf } from "../place/provider.ts";
import { pauseLines } from "./pauses.ts";
import { probeOf, probeOperations } from "./probes.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly state: "well" | "look" | "wrong";
  /** What it is, and what to mend when it is not well. */
  readonly text: string;
}

const well = (text: string): Finding => ({ state: "well", text });
const look = (text: string): Finding => ({ state: "look", text });
const wrong = (text: string): Finding => ({ state: "wrong", text });

/** Documented: the provider refuses a signature whose time is 15 minutes off. Anything near it is mended before. */
const skewToMend_ms = 300_000;
const skewToTell_ms = 30_000;

/** How long a call waits for room in the rate budget: refused sooner, its operation would stay unexamined. */
const maximumWait_ms = 75_000;

/** Looks at everything that a deployment needs, changes nothing, and says what to mend. */
export async function doctor(place: Place): Promise<Finding[]> {
  const findings = await checkPlace(place);
  for (const project of place.estate.projects) {
    const inProject: Finding[] = [];
    for (const role of roles) inProject.push(...(await checkRole(place, project, role)));
    inProject.push(...(await checkEstate(place, project)));
    // A ledger that cannot be read is a finding already.
    inProject.push(...(await pauseLines(place, project).catch(() => [])).map(look));
    findings.push(...inProject.map(({ state, text }) => ({ state, text: `${project.name}: ${text}` })));
  }
  return findings;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function checkPlace({ ledger, queue }: Place): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    const stop = await readStop(ledger);
    findings.push(well("the ledger can be read"));
    if (stop) findings.push(look(`the stop flag is set (${stop.reason}); end it with: operate resume`));
  } catch (error) {
    findings.push(wrong(`the ledger cannot be read: ${reasonOf(error)}; check region, stack and your role`));
  }
  for (const name of ["checkpoints", "prune"]) {
    const found = await queue(name).then(
      () => well(`the queue ${name} is there`),
      (error: unknown) => wrong(`the queue ${name} is not there: ${reasonOf(error)}; deploy the stack`),
    );
    findings.push(found);
  }
  return findings;
}

/** The credential of a role, and each action that it must be allowed. */
async function checkRole(place: Place, project: Project, role: Role): Promise<Finding[]> {
  const name = project.secrets[role];
  try {
    parseCredential(await place.readSecret(name));
  } catch (error) {
    return [wrong(`${role}: the secret ${name} cannot be used: ${reasonOf(error)}; see the README, Deploy`)];
  }
  const client = await providerOf(place, role, maximumWait_ms)(project, probeOperations);
  const findings: Finding[] = [];
  let permitted = 0;
  for (const operation of operationsOf(role)) {
    const probe = probeOf(operation.name);
    if (!probe) {
      findings.push(look(`${role}: ${operation.permission} is not tried: it could have an effect`));
      continue;
    }
    const problem = await probe(client).then(
      () => undefined,
      (error: unknown) => problemOf(error, role, operation, name),
    );
    if (!problem) permitted++;
    else findings.push(problem);
    // With a credential that is not taken, or a service that is not there, the rest would say the same.
    if (problem && /cannot be reached|is not accepted/.test(problem.text)) return findings;
  }
  return [well(`${role}: ${permitted} operations are permitted`), ...findings];
}

function operationsOf(role: Role): AnyOperation[] {
  const used = allUses.filter((use) => use.role === role).flatMap((use) => Object.entries(use.operations));
  return [...new Map(used).values()];
}

/** A refusal of the request itself shows that it was permitted. */
function problemOf(
  error: unknown,
  role: Role,
  { name, permission, service }: AnyOperation,
  secret: string,
): Finding | undefined {
  if (!(error instanceof ProviderError))
    return look(`${role}: ${name} could not be tried: ${reasonOf(error)}`);
  const { status, message, throttled } = error;
  if (throttled) return look(`${role}: ${name} was throttled; run doctor again in some minutes`);
  if (status === undefined)
    return wrong(
      `${role}: ${service} cannot be reached: ${message}; check the project's region, cloud and endpoints`,
    );
  if (status === 401)
    return wrong(`${role}: the credential in ${secret} is not accepted: ${message}; put a valid one there`);
  if (status === 403)
    return wrong(
      `${role}: ${permission ?? name} is not permitted; give its user the policy docs/provider-policies/${role}.json`,
    );
  if (status >= 500) return look(`${role}: ${name} failed at the provider: ${message}`);
  return undefined;
}

/** The clock, and whether the estate's rules find what they are meant for. */
async function checkEstate(place: Place, project: Project): Promise<Finding[]> {
  try {
    const client = await providerOf(place, "observe", maximumWait_ms)(project, probeOperations);
    const { headers } = await client.listVaults.answer({ query: { limit: 1 } }, { attempts: 1 });
    const findings = [skew(header(headers, "date"), place.clock.wall())];
    const unreadable = (item: UnreadableItem) => void findings.push(wrong(new ListUnreadable(item).message));
    const vaults = await Array.fromAsync(client.listVaults.all({}, { unreadable }));
    for (const rule of project.checkpoints) {
      const choices = choose(vaults, rule);
      const taken = choices.filter(({ take }) => take).length;
      const text = `rule ${rule.name} selects ${taken} of ${vaults.length} vaults, ${choices.length - taken} more cannot be backed up now`;
      findings.push(taken > 0 ? well(text) : wrong(`${text}; check its select in the estate`));
      const known = new Set(vaults.map(({ id }) => id));
      const strangers = (rule.select.vault_ids ?? []).filter((id) => !known.has(id));
      if (strangers.length > 0)
        findings.push(wrong(`rule ${rule.name} names vaults that are not there: ${strangers.join(", ")}`));
    }
    return findings;
  } catch (error) {
    return [wrong(`the estate could not be compared with the provider: ${reasonOf(error)}`)];
  }
}

function skew(date: string | undefined, wall_ms: number): Finding {
  const skew_ms = Math.abs(wall_ms - Date.parse(date ?? ""));
  if (Number.isNaN(skew_ms)) return look("the provider does not say what time it is");
  const text = `the clock here and the provider's differ by ${Math.round(skew_ms / 1000)} s`;
  if (skew_ms >= skewToMend_ms)
    return wrong(`${text}; set the clock by NTP: 900 s make every signature invalid`);
  return skew_ms >= skewToTell_ms ? look(text) : well(text);
}

const signs = { well: "ok   ", look: "look ", wrong: "WRONG" } as const;

export function doctorLines(findings: readonly Finding[]): string[] {
  const count = findings.filter(({ state }) => state === "wrong").length;
  return [
    ...findings.map(({ state, text }) => `${signs[state]} ${text}`),
    count === 0 ? "Nothing is wrong." : `${count} things are wrong.`,
  ];
}
