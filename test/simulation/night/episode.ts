import { type SeededRandom, seededRandom } from "../../../infra/local/provider/world/random.ts";
import { type EstateInput, estateSchema } from "../../../shared/estate/estate.ts";
import type { Rate } from "../../../shared/rate/window.ts";
import { kinds } from "../kinds/all.ts";
import { checkpoints } from "../kinds/checkpoints/kind.ts";
import { hasManyRules, slowBackups, withManyRules } from "../kinds/checkpoints/many-rules.ts";
import { withoutInstances } from "../kinds/instances/deploy.ts";
import { withoutPhones } from "../kinds/phones/deploy.ts";
import { pruning } from "../kinds/prune/kind.ts";
import { calm, drawWeather, type FaultProfile } from "../models/fault-profile.ts";
import type { Entry } from "../models/journal.ts";
import { type Account, openAccount } from "./account.ts";
import { deployFunctions } from "./deploy.ts";
import { beginsIsolated, disruptionsSince, drawDisruptions } from "./disruptions.ts";
import type { InvariantChecker, ProjectInput, Violation } from "./kind.ts";
import { startOperators } from "./operators.ts";
import { watchQueues } from "./queues.ts";
import { watchRates } from "./rates.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Draws, drawsOf, mix, presentWorld } from "./world.ts";

/** Some nights in a row on one small estate, then a calm day. */
export interface EpisodeOptions {
  readonly seed: number;
  readonly nights: number;
  /** Default: the present generation. */
  readonly world?: number | undefined;
  /** Keeps everything that happened, for a story. */
  readonly keepJournal?: boolean;
}

export interface EpisodeResult {
  readonly violations: readonly Violation[];
  /** How many things went wrong by the simulation's doing. */
  readonly faults: number;
  readonly digest: string;
  readonly entries: readonly Entry[];
}

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;

/** Plays an episode to its end, or until something is broken. The same options give the same result, byte for byte. */
export async function playEpisode({
  seed,
  nights,
  world = presentWorld,
  keepJournal = false,
}: EpisodeOptions): Promise<EpisodeResult> {
  const random = seededRandom(mix(seed, "episode"));
  // Any day of the year: zones change their clocks in some of these nights.
  const start_ms = Date.parse("2026-01-01T20:00:00Z") + random.between(0, 364) * day_ms;
  const end_ms = start_ms + (nights + 1) * day_ms + hour_ms;
  const stage = openStage({
    seed,
    world,
    start_ms,
    end_ms,
    keepJournal,
    open: (time) => openEstate(time, seed, world),
  });
  for (const kind of kinds) await kind.remember?.(stage);
  const witnesses = [stage, ...twinOf(stage)].flatMap(beginOn);
  startOperators(
    stage,
    kinds.flatMap(({ actions }) => actions),
  );

  const violations: Violation[] = [];
  const finish = (): EpisodeResult => ({
    violations,
    faults: stage.faults.count,
    digest: stage.journal.digest(),
    entries: stage.journal.entries,
  });
  // What is deployed has looked at the estate once before its first night.
  await stage.time.play(start_ms + hour_ms);
  for (let night = 1; night <= nights; night++) {
    const isolated = night === 1 && beginsIsolated(stage.draws, world);
    changeWeather(stage, isolated ? calm : drawWeather(seededRandom(mix(seed, `night ${night}`))));
    if (world >= disruptionsSince) disrupt(stage, night, isolated);
    stage.conditions.oddAnswers = world >= oddSince && !isolated ? drawOdd(stage.draws, night) : 0;
    const evening_ms = start_ms + night * day_ms;
    if (night === nights) await clearUp(stage, random, evening_ms);
    await stage.time.play(evening_ms);
    for (const checker of witnesses) violations.push(...(await checker.daily()));
    if (violations.length > 0) return finish();
  }
  await stage.time.play(end_ms);
  for (const checker of witnesses) violations.push(...(await checker.daily()), ...(await checker.final()));
  return finish();
}

/** Deploys every function on a stage; whatever happens there is watched. */
function beginOn(stage: Stage): InvariantChecker[] {
  const isFirst = stage.deployment === "";
  const watchedRates = watchRates(stage);
  const begun = (isFirst ? kinds : [checkpoints, pruning]).map((kind) => kind.begin(stage));
  const overrides = begun.map((one) => one.overrides);
  deployFunctions(stage, isFirst ? overrides : [...overrides, withoutPhones, withoutInstances]);
  return [watchedRates, ...begun.map(({ checker }) => checker), watchQueues(stage)];
}

/** Which generation of the world brought a second deployment on the same accounts. */
const twinSince = 6;

/** Sometimes somebody else has deployed the product for the same projects, often for the same times of day. */
function twinOf(stage: Stage): Stage[] {
  const random = stage.draws("second deployment", "episode", 0);
  if (stage.world < twinSince || random.fraction() > 0.05) return [];
  const projects = stage.estate.projects.map((project) => {
    const shift = random.pick([0, 0, 7]);
    const checkpoints = project.checkpoints.map((rule) => {
      const [minute = "0", ...others] = rule.schedule.cron.split(" ");
      const cron = [(Number(minute) + shift) % 60, ...others].join(" ");
      return { ...rule, schedule: { ...rule.schedule, cron } };
    });
    return { ...project, checkpoints };
  });
  return [stage.beside("twin-", { ...stage.estate, name: "twin", projects })];
}

/** The last bad fault profile ends at some moment of its day, often while the night's work is under way. */
async function clearUp(stage: Stage, random: SeededRandom, end_ms: number): Promise<void> {
  const soonest_ms = stage.time.now() + hour_ms;
  const latest_ms = random.fraction() < 0.7 ? Math.min(soonest_ms + 10 * hour_ms, end_ms) : end_ms;
  await stage.time.play(random.between(soonest_ms, Math.max(soonest_ms, latest_ms)));
  changeWeather(stage, calm);
  stage.disruptions.end();
  stage.conditions.oddAnswers = 0;
  stage.conditions.calmSince_ms = stage.time.now();
}

/** Which generation of the world brought odd answers. */
const oddSince = 4;

/** In most nights every answer is as the documents say. */
function drawOdd(draws: Draws, night: number): number {
  const random = draws("odd answers", "everybody", night);
  return random.fraction() < 0.12 ? 0.1 * random.fraction() ** 2 : 0;
}

function disrupt(stage: Stage, night: number, isolated: boolean): void {
  const projects = stage.accounts.map(({ name }) => name);
  const drawn = drawDisruptions(stage.draws, { night, projects, isolated });
  stage.disruptions.begin(drawn);
  if (isolated) stage.disruptions.isolated = drawn[0];
}

function changeWeather(stage: Stage, faultProfile: FaultProfile): void {
  stage.conditions.faultProfile = faultProfile;
  stage.journal.note("weather", JSON.stringify(faultProfile));
  for (const { cloud } of stage.accounts) cloud.faults.setPlan(faultProfile.provider);
}

/** From the usual one to one that is nearly always spent. */
const rates: readonly [Rate, ...Rate[]] = [
  { calls: 200, per_seconds: 300 },
  { calls: 30, per_seconds: 60 },
  { calls: 8, per_seconds: 60 },
];

/** One project, or two in different accounts. */
function openEstate(time: Stage["time"], seed: number, world: number) {
  const random = seededRandom(mix(seed, "estate"));
  const draws = drawsOf(seed);
  const names = random.fraction() < 0.8 ? ["alpha"] : ["alpha", "beta"];
  const accounts = names.map((name) => openAccount(time, name, mix(seed, name)));
  const input: EstateInput = { name: "simulated", projects: [] };
  for (const account of accounts) input.projects.push(projectOf(account, random));
  // Who is disrupted must have a neighbour that is not.
  if (names.length === 1 && beginsIsolated(draws, world)) {
    const neighbour = openAccount(time, "gamma", mix(seed, "gamma"));
    accounts.push(neighbour);
    input.projects.push(projectOf(neighbour, draws("project", "gamma", 0)));
  }
  if (hasManyRules(draws, world)) {
    const crowded = openAccount(time, "delta", mix(seed, "delta"), slowBackups);
    accounts.push(crowded);
    input.projects.push(withManyRules(crowded, projectOf(crowded, draws("project", "delta", 0)), draws));
  }
  return { accounts, estate: estateSchema.parse(input) };
}

function projectOf(account: Account, random: SeededRandom): ProjectInput {
  const secret = (role: string) => `vigil/${account.name}/${role}`;
  const project: ProjectInput = {
    name: account.name,
    region: "eu-de",
    project_id: account.project_id,
    account_id: account.domain_id,
    timezone: random.pick(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
    secrets: {
      observe: secret("observe"),
      checkpoint: secret("checkpoint"),
      prune: secret("prune"),
      instances: secret("instances"),
    },
    rates: { cbr: random.pick(rates) },
    checkpoints: [],
  };
  return kinds.reduce((before, kind) => kind.prepare(account, random, before), project);
}
