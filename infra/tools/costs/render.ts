import { ANSWER_S, type Usage } from "./count.ts";
import { type Counted, costOf, type FixedResources, monthOf } from "./month.ts";
import { PRICES_AS_OF, prices } from "./prices.ts";

const sizes = [100, 1000, 10_000] as const;

const row = (...cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const whole = (value: number) => Math.round(value).toLocaleString("en-US");
const dollars = (value: number) => value.toFixed(2);

/** Prices of single requests are read by the million. */
const priceText = (price: number) =>
  price < 0.001 ? `${Number((price * 1_000_000).toPrecision(6))} a million` : String(price);

const names: Readonly<Record<keyof Usage, string>> = {
  invocations: "Lambda requests",
  gb_seconds: "Lambda GB-seconds",
  provider_calls: "calls of the provider",
  sqs_requests: "SQS requests, empty polls not counted",
  dynamodb_write_units: "DynamoDB write units",
  dynamodb_read_units: "DynamoDB read units",
  sns_publishes: "SNS publishes",
  s3_puts: "S3 PUTs",
  secrets_calls: "Secrets Manager calls",
  schedule_firings: "schedule firings",
  log_bytes: "bytes of log",
};

/** docs/costs.md: what was counted, the formula, and the months. */
export function renderCosts(small: Counted, large: Counted, fixed: FixedResources, now_ms: number): string {
  const months = sizes.map((vaults) => costOf(monthOf(vaults, small, large, fixed), fixed));
  const lines = Object.keys(months[0] ?? {});
  const total = (costs: Readonly<Record<string, number>>) =>
    Object.values(costs).reduce((sum, cost) => sum + cost, 0);
  const usages = Object.entries(names) as [keyof Usage, string][];
  return `# What a month costs on AWS

Written by \`npm run costs\` on ${new Date(now_ms).toISOString().slice(0, 10)}: it runs the demo estate in the local engine and counts
every invocation, request and write. One project; the provider's own prices for backups are not in it.

## A month, in US dollars

${row("", ...sizes.map((vaults) => `${vaults.toLocaleString("en-US")} vaults`))}
${row("---", ...sizes.map(() => "---:"))}
${lines.map((line) => row(line, ...months.map((costs) => dollars(costs[line] ?? 0)))).join("\n")}
${row("**together**", ...months.map((costs) => `**${dollars(total(costs))}**`))}

## What was counted

${row("", `cycle of ${small.vaults} vaults`, `cycle of ${large.vaults} vaults`, "idle hour")}
${row("---", "---:", "---:", "---:")}
${usages.map(([key, name]) => row(name, whole(small.cycle[key]), whole(large.cycle[key]), whole(small.idleHour[key]))).join("\n")}

A cycle is a night with its pruning, instances and report: it took ${small.cycle_hours.toFixed(1)} hours of the engine's time for the smaller
and ${large.cycle_hours.toFixed(1)} for the larger estate. About fifteen resources are in a vault.

## The formula

\`\`\`
usage of a cycle(vaults) = a + b × vaults, the line through the two cycles
usage of a month         = 30 × cycle + (720 − 30 × cycle hours) × idle hour
                           + polls: 5 pollers × 720 h × 3600 s / 20 s for each of ${fixed.workedQueues} worked queues
cost                     = Σ usage × price + ${fixed.secrets} secrets + ${fixed.metrics} metrics + ${fixed.alarms} alarms + ${fixed.keys} key
\`\`\`

- A write counts 1 unit for each KB of the request, twice, because the index is written too; a read 1 unit for each 4 KB of the
  answer. Sizes are those on the wire, a little more than AWS counts.
- GB-seconds are the memory that is configured × (the real time that a function ran on this machine, with the stand-in answering within
  milliseconds, + ${ANSWER_S} s for each call of the provider). Cold starts are in it. Calls that run side by side are counted as if they
  came one after the other. Waiting for a turn in the rate budget within a run is not counted: seconds for most functions, up to ten minutes
  for the report. An hour of waiting costs 5 cents for each GB of memory.
- Metrics are ours for one project and \`ColdStart\` of each function, as if each were written in every hour; CloudWatch takes only the
  hours in which it is.
- Not counted: data transfer, storage of ledger and reports (cents), the report's growth with 30 nights of history, free tiers
  (which cover most of the small estate).

## Prices

List prices of us-east-1, aws.amazon.com/<service>/pricing, as of ${PRICES_AS_OF}; they are constants in infra/tools/costs/prices.ts.

${row("what", "US dollars")}
${row("---", "---:")}
${Object.entries(prices)
  .map(([name, price]) => row(name.replaceAll("_", " "), priceText(price)))
  .join("\n")}
`;
}
