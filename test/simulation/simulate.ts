import { InvalidArgumentError, program } from "commander";
import { lookForFault } from "./faults/find.ts";
import { faults } from "./faults/table.ts";
import { planEpisodes } from "./run/plan.ts";
import { type BrokenEpisode, playAll } from "./run/run.ts";

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("expected a whole number");
  return value;
}

const {
  seed,
  nights,
  workers,
  fault,
  episode: alone,
  faults: all,
} = program
  .name("npm run simulate --")
  .description(
    "Plays nights with faults on a virtual clock, from one seed, and checks what must always be true",
  )
  .option("--seed <n>", "decides everything that happens", wholeNumber, 1)
  .option("--nights <n>", "how many", wholeNumber, 300)
  .option("--workers <n>", "threads; the result does not depend on them", wholeNumber)
  .option("--episode <seed>", "plays one episode of so many nights alone, as a story names it", wholeNumber)
  .option("--fault <name>", "plants a fault in the product's code (see test/simulation/faults)")
  .option("--faults", "plants every one of them, one after the other, and says in which night each was found")
  .parse()
  .opts<{
    seed: number;
    nights: number;
    workers?: number;
    fault?: string;
    episode?: number;
    faults?: boolean;
  }>();

if (all) process.exit(await findFaults());

const progress = process.stderr.isTTY
  ? (done: number, of: number) => process.stderr.write(`\r${done} of ${of} episodes`)
  : undefined;
const {
  faults: struck,
  violations,
  hash,
  broken,
} = await playAll(alone === undefined ? planEpisodes(seed, nights) : [{ seed: alone, nights }], {
  workers,
  fault,
  onEpisode: progress,
});
if (progress) process.stderr.write("\n");
for (const episode of broken.slice(0, 5)) process.stdout.write(tell(episode));
process.stdout.write(
  `seed=${seed} nights=${nights} faults=${struck} violations=${violations} hash=${hash}\n`,
);
process.exitCode = violations === 0 ? 0 : 1;

function tell({ seed: own, nights: count, violations: all, story }: BrokenEpisode): string {
  const lines = [
    `Episode ${own} of ${count} nights (alone: npm run simulate -- --episode ${own} --nights ${count}):`,
    ...all.map(({ rule, what }) => `  [${rule}] ${what}`),
    ...story.map((line) => `    ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function findFaults(): Promise<number> {
  let missed = 0;
  process.stdout.write(
    "| fault | what it does | found in night | invariant | alone |\n| --- | --- | --- | --- | --- |\n",
  );
  for (const one of faults) {
    const { night, episode, rule } = await lookForFault(one, { seed, nights, workers });
    if (night === undefined) missed += 1;
    const alone = episode ? `episode ${episode.seed}, ${episode.nights} nights` : "";
    process.stdout.write(`| ${one.name} | ${one.does} | ${night ?? "never"} | ${rule ?? ""} | ${alone} |\n`);
  }
  process.stdout.write(`seed=${seed} nights=${nights} planted=${faults.length} missed=${missed}\n`);
  return missed === 0 ? 0 : 1;
}
