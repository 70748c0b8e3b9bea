import { ANSWER_S, sumUsage, type Usage } from "../../../infra/tools/costs/count.ts";
import { costOf } from "../../../infra/tools/costs/month.ts";
import { type Row, rowOf } from "../row.ts";

/** What stands all month belongs to no night: docs/costs.md has it. */
const nothingStanding = { secrets: 0, metrics: 0, alarms: 0, keys: 0, workedQueues: 0 };

/** What AWS asks for the work of a night, by what its functions were counted to use. */
export function costRow(usage: Usage, vaults: number): Row {
  const lines = Object.entries(costOf(usage, nothingStanding));
  const dollars = lines.reduce((sum, [, cost]) => sum + cost, 0);
  const perThousand = sumUsage([[usage, 1000 / vaults]]);
  const counted = (Object.keys(perThousand) as (keyof Usage)[])
    .filter((name) => perThousand[name] > 0)
    .map((name) => `${Math.round(perThousand[name])} ${name}`);
  return rowOf({
    name: "AWS cost of a night per 1,000 vaults",
    values: [(dollars * 1000) / vaults],
    unit: "US dollars",
    baseline: `– (usage × list price, infra/tools/costs/prices.ts; ${ANSWER_S} s of function time for each call of the provider)`,
    note: counted.join(", "),
  });
}
