import { randomInt } from "node:crypto";
import { InvalidArgumentError, program } from "commander";
import { lookForBug } from "./injected-bugs/find.ts";
import { faults } from "./injected-bugs/table.ts";
import { presentWorld } from "./night/world.ts";
import { planEpisodes } from "./run/plan.ts";
import { type BrokenEpisode, playAll, playFresh, type RunResult } from "./run/run.ts";

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("expected a whole number");
  return value;
}

function someMinutes(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("expected a number above 0");
  return value;
}

const {
  seed: given,
  nights,
  world,
  minutes,
  workers,
  fault,
  episode: alone,
  faults: all,
  list,
} = program
  .name("npm run simulate --")
  .description(
    "Plays nights with faults on a virtual clock, from one seed, and checks what must always be true",
  )
  .option(
    "--seed <n>",
    "decides everything that happens; default: a fresh one is drawn and printed",
    wholeNumber,
  )
  .option("--nights <n>", "how many of each seed", wholeNumber, 300)
  .option(
    "--minutes <n>",
    "plays one fresh seed after the other for so long, or until one fails",
    someMinutes,
  )
  .option("--workers <n>", "threads; the result does not depend on them", wholeNumber)
  .option("--episode <seed>", "plays one episode of so many nights alone, as a story names it", wholeNumber)
  .option("--world <n>", "plays the world as it was in an earlier generation", wholeNumber, presentWorld)
  .option("--fault <name>", "injects a bug into the product's code (see test/simulation/injected-bugs)")
  .option(
    "--faults",
    "injects every one of them, one after the other, and says in which night each was found",
  )
  .option("--list", "with --faults: only names them, one a line")
  .parse()
  .opts<{
    seed?: number;
    nights: number;
    world: number;
    minutes?: number;
    workers?: number;
    fault?: string;
    episode?: number;
    faults?: boolean;
    list?: boolean;
  }>();

/** Faults are looked for in the same nights every time, unless a seed is given. */
const seedOfFaults = 1;

if (all && list) {
  process.stdout.write(faults.map(({ name }) => `${name}\n`).join(""));
  process.exit(0);
}
if (all) process.exit(await findFaults(given ?? seedOfFaults));

const onEpisode = process.stderr.isTTY
  ? (done: number, of: number) =>
      process.stderr.write(`\r${done} of ${of} episodes${done === of ? "\n" : ""}`)
  : undefined;
const options = { nights, world, workers, fault, onEpisode };
const violations = minutes === undefined ? await playOnce() : await playFor(minutes);
process.exitCode = violations === 0 ? 0 : 1;

async function playOnce(): Promise<number> {
  const seed = given ?? alone ?? drawSeed();
  const episodes = alone === undefined ? planEpisodes(seed, nights, world) : [{ seed: alone, nights, world }];
  const result = await playAll(episodes, options);
  tellResult(seed, result);
  return result.violations;
}

async function playFor(wanted: number): Promise<number> {
  const end_ms = Date.now() + wanted * 60_000;
  const { violations: found } = await playFresh({
    ...options,
    draw: drawSeed,
    isOver: () => Date.now() >= end_ms,
    onSeed: (played) => tellResult(played.seed, played),
  });
  return found;
}

function drawSeed(): number {
  const seed = randomInt(2 ** 32);
  process.stdout.write(`seed ${seed} was drawn\n`);
  return seed;
}

function tellResult(seed: number, { broken, faults: struck, violations: found, hash }: RunResult): void {
  for (const episode of broken.slice(0, 5)) process.stdout.write(tell(episode));
  process.stdout.write(`seed=${seed} nights=${nights} faults=${struck} violations=${found} hash=${hash}\n`);
}

function tell({ seed: own, nights: count, violations: all, story }: BrokenEpisode): string {
  const earlier = world === presentWorld ? "" : ` --world ${world}`;
  const lines = [
    `Episode ${own} of ${count} nights (alone: npm run simulate -- --episode ${own} --nights ${count}${earlier}):`,
    ...all.map(({ rule, what }) => `  [${rule}] ${what}`),
    ...story.map((line) => `    ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function findFaults(seed: number): Promise<number> {
  let missed = 0;
  process.stdout.write(
    "| fault | what it does | found in night | invariant | alone |\n| --- | --- | --- | --- | --- |\n",
  );
  for (const one of faults) {
    const { night, episode, rule } = await lookForBug(one, { seed, nights, workers });
    if (night === undefined) missed += 1;
    const at = episode ? `episode ${episode.seed}, ${episode.nights} nights` : "";
    process.stdout.write(`| ${one.name} | ${one.does} | ${night ?? "never"} | ${rule ?? ""} | ${at} |\n`);
  }
  process.stdout.write(`seed=${seed} nights=${nights} injected=${faults.length} missed=${missed}\n`);
  return missed === 0 ? 0 : 1;
}
