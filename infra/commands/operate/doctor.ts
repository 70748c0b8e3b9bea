import { parseCredential } from "../../../shared/api/credential.ts";
import { ListUnreadable, type UnreadableItem } from "../../../shared/api/list.ts";
import type { AnyOperation } from "../../../shared/api/operation.ts";
import type { Vault } from "../../../shared/api/operations/cbr/vault.ts";
import { header, ProviderError } from "../../../shared/api/provider-error.ts";
import { choose } from "../../../shared/checkpoints/choose.ts";
import { type Hold, holdsInForce } from "../../../shared/control/hold.ts";
import { readStop } from "../../../shared/control/stop.ts";
import type { CheckpointRule, Project } from "../../../shared/estate/estate.ts";
import { type Role, roles } from "../../../shared/estate/secrets.ts";
import { endpointsOf } from "../../../shared/estate/services.ts";
import { allUses } from "../../tools/docs/provider-policies.ts";
import { noAccess } from "../place/deployed.ts";
import { type Place, providerOf } from "../place/place.ts";
import { checkDeployment } from "./check-deployment.ts";
import { bearingNothing, idleHolds, idleLocks } from "./check-protection.ts";
import { type Expected, expectedOf } from "./expected.ts";
import { type Finding, look, reasonOf, well, wrong } from "./finding.ts";
import { pauseLines } from "./pauses.ts";
import { probeOf, probeOperations } from "./probes.ts";

/** Documented: the provider refuses a signature whose time is 15 minutes off. Anything near it is fixed before. */
const skewToMend_ms = 300_000;
const skewToTell_ms = 30_000;

/** How long a call waits for room in the rate budget: refused sooner, its operation would stay unexamined. */
const maximumWait_ms = 75_000;

/** Looks at everything that a deployment needs, changes nothing, and says what to do: one finding for each cause. */
export async function doctor(
  place: Place,
  expect: (place: Place) => Promise<Expected> = ({ estate, stack }) => expectedOf(estate, stack),
): Promise<Finding[]> {
  const { reachable, holds, findings } = await checkAws(place, expect);
  // Without AWS there are no secrets either: whatever else was asked would say the same.
  if (!reachable) return findings;
  const unknown: (readonly string[] | undefined)[] = [];
  for (const project of place.estate.projects) {
    const { usable, findings: inProject } = await checkSecrets(place, project);
    const silent = new Set<string>();
    for (const role of usable) inProject.push(...(await checkRole(place, project, role, silent)));
    const compared = await checkEstate(place, project, holds);
    inProject.push(...compared.findings);
    unknown.push(compared.unknown);
    // A ledger that cannot be read is a finding already.
    inProject.push(...(await pauseLines(place, project).catch(() => [])).map(look));
    findings.push(...inProject.map(({ state, text }) => ({ state, text: `${project.name}: ${text}` })));
  }
  return [...findings, ...checkHolds(holds, unknown)];
}

/** `unknown`: for each project the holds that hold nothing in it, by id, or undefined where it could not be asked. */
function checkHolds(holds: readonly Hold[], unknown: readonly (readonly string[] | undefined)[]): Finding[] {
  if (holds.length === 0) return [];
  if (unknown.includes(undefined))
    return [look(`whether the ${holds.length} holds in force protect something could not be seen`)];
  const idle = idleHolds(holds, ({ id }) => unknown.every((ids) => ids?.includes(id)));
  return [well(`${holds.length - idle.length} holds protect something`), ...idle];
}

interface InAws {
  /** Whether AWS answers us at all. */
  readonly reachable: boolean;
  readonly holds: readonly Hold[];
  readonly findings: Finding[];
}

/** The ledger first: what it says of AWS, of our credentials and of the deployment holds for everything that is there. */
async function checkAws(place: Place, expect: (place: Place) => Promise<Expected>): Promise<InAws> {
  const findings: Finding[] = [];
  let holds: readonly Hold[] = [];
  try {
    const stop = await readStop(place.ledger);
    holds = await holdsInForce(place.ledger);
    findings.push(well("the ledger can be read"));
    if (stop) findings.push(look(`the stop flag is set (${stop.reason}); end it with: operate resume`));
  } catch (error) {
    const why = noAccess(error);
    if (why !== undefined) return { reachable: false, holds, findings: [wrong(why)] };
    if (error instanceof Error && error.name === "ResourceNotFoundException") {
      const text = `${place.name} is not there: it has no ledger; deploy it, or name another with --region, --estate and --stack`;
      return { reachable: true, holds, findings: [wrong(text)] };
    }
    findings.push(wrong(`the ledger cannot be read: ${reasonOf(error)}; check your role`));
  }
  findings.push(...(await checkDeployment(place.deployed, await expect(place))));
  return { reachable: true, holds, findings };
}

/** The credentials of all roles. Those that our own AWS user may not read are one finding. */
async function checkSecrets({ readSecret }: Place, { secrets }: Project) {
  const [usable, denied]: [Role[], string[]] = [[], []];
  const findings: Finding[] = [];
  for (const role of roles) {
    try {
      parseCredential(await readSecret(secrets[role]));
      usable.push(role);
    } catch (error) {
      if (error instanceof Error && /^AccessDenied/.test(error.name)) denied.push(secrets[role]);
      else
        findings.push(
          wrong(
            `${role}: the secret ${secrets[role]} cannot be used: ${reasonOf(error)}; see the README, Deploy`,
          ),
        );
    }
  }
  if (denied.length > 0)
    findings.push(
      wrong(
        `the secrets ${denied.join(", ")} cannot be read by your AWS user; allow it secretsmanager:GetSecretValue for them`,
      ),
    );
  return { usable, findings };
}

/** Each action that a role must be allowed. `silent` are origins that do not answer: said once, whichever role found out. */
async function checkRole(
  place: Place,
  project: Project,
  role: Role,
  silent: Set<string>,
): Promise<Finding[]> {
  const client = await providerOf(place, role, maximumWait_ms)(project, probeOperations);
  const originOf = endpointsOf(project);
  const findings: Finding[] = [];
  let permitted = 0;
  for (const operation of operationsOf(role)) {
    const origin = originOf(operation.service);
    if (silent.has(origin)) continue;
    const probe = probeOf(operation.name);
    if (!probe) {
      findings.push(look(`${role}: ${operation.permission} is not tried: it could have an effect`));
      continue;
    }
    const error = await probe(client).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof ProviderError && error.status === undefined && !error.throttled) {
      silent.add(origin);
      findings.push(
        wrong(
          `${origin} cannot be reached: ${error.message}; check the project's region, cloud and endpoints`,
        ),
      );
      continue;
    }
    // With a credential that is not taken the rest would say the same.
    if (error instanceof ProviderError && error.status === 401) {
      const secret = project.secrets[role];
      return [
        wrong(
          `${role}: the credential in ${secret} is not accepted: ${error.message}; put a valid one there`,
        ),
      ];
    }
    const problem = error === undefined ? undefined : problemOf(error, role, operation);
    if (problem) findings.push(problem);
    else permitted++;
  }
  return [well(`${role}: ${permitted} operations are permitted`), ...findings];
}

function operationsOf(role: Role): AnyOperation[] {
  const used = allUses.filter((use) => use.role === role).flatMap((use) => Object.entries(use.operations));
  return [...new Map(used).values()];
}

/** A refusal of the request itself shows that it was permitted. */
function problemOf(error: unknown, role: Role, { name, permission }: AnyOperation): Finding | undefined {
  if (!(error instanceof ProviderError))
    return look(`${role}: ${name} could not be tried: ${reasonOf(error)}`);
  const { status, message, throttled } = error;
  if (throttled) return look(`${role}: ${name} was throttled; run doctor again in some minutes`);
  if (status === 403)
    return wrong(
      `${role}: ${permission ?? name} is not permitted; give its user the policy docs/provider-policies/${role}.json`,
    );
  if (status !== undefined && status >= 500)
    return look(`${role}: ${name} failed at the provider: ${message}`);
  return undefined;
}

interface Compared {
  readonly findings: readonly Finding[];
  /** The ids of the holds that hold nothing in the project; undefined when that could not be found out. */
  readonly unknown?: readonly string[] | undefined;
}

/** The clock, whether the estate's rules find what they are meant for, and what locks and holds protect. */
async function checkEstate(place: Place, project: Project, holds: readonly Hold[]): Promise<Compared> {
  try {
    const client = await providerOf(place, "observe", maximumWait_ms)(project, probeOperations);
    const { headers } = await client.listVaults.answer({ query: { limit: 1 } }, { attempts: 1 });
    const findings = [skew(header(headers, "date"), place.clock.wall())];
    const unreadable = (item: UnreadableItem) => void findings.push(wrong(new ListUnreadable(item).message));
    const vaults = await Array.fromAsync(client.listVaults.all({}, { unreadable }));
    for (const rule of project.checkpoints) findings.push(...checkRule(rule, vaults));
    findings.push(...idleLocks(vaults, project));
    return { findings, unknown: await bearingNothing(holds, client).catch(() => undefined) };
  } catch (error) {
    // What keeps the role from the provider is among its own findings.
    return {
      findings: [look(`rules, clock and holds could not be compared with the provider: ${reasonOf(error)}`)],
    };
  }
}

function checkRule(rule: CheckpointRule, vaults: readonly Vault[]): Finding[] {
  const choices = choose(vaults, rule);
  const taken = choices.filter(({ take }) => take).length;
  const text = `rule ${rule.name} selects ${taken} of ${vaults.length} vaults, ${choices.length - taken} more cannot be backed up now`;
  const selects = taken > 0 ? well(text) : wrong(`${text}; check its select in the estate`);
  const known = new Set(vaults.map(({ id }) => id));
  const strangers = (rule.select.vault_ids ?? []).filter((id) => !known.has(id));
  if (strangers.length === 0) return [selects];
  return [
    selects,
    wrong(
      `rule ${rule.name} names vaults that are not there: ${strangers.join(", ")}; take them out of the estate`,
    ),
  ];
}

function skew(date: string | undefined, wall_ms: number): Finding {
  const skew_ms = Math.abs(wall_ms - Date.parse(date ?? ""));
  if (Number.isNaN(skew_ms)) return look("the provider does not say what time it is");
  const text = `the clock here and the provider's differ by ${Math.round(skew_ms / 1000)} s`;
  if (skew_ms >= skewToMend_ms)
    return wrong(`${text}; set the clock by NTP: 900 s make every signature invalid`);
  return skew_ms >= skewToTell_ms ? look(text) : well(text);
}
