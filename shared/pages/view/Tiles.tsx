import type { CoverageReport } from "../../report/schema.ts";
import { money, size } from "../components/format.ts";
import { Tile } from "../components/Section.tsx";

/** The numbers of the morning. */
export function Tiles({ report }: { readonly report: CoverageReport }) {
  const { totals, nights, currency } = report;
  const { last_night: night } = totals;
  const expected = totals.resources - night.not_expected;
  const red = night.missing + night.failed;
  return (
    <ul class="tiles" aria-label="The numbers that matter">
      <Tile
        label={`Protected, night ${nights.at(-1) ?? ""}`}
        value={`${night.protected} of ${expected}`}
        more={`${night.late} late, ${night.open} under way`}
        tone={red === 0 && night.late === 0 ? "good" : "plain"}
      />
      <Tile
        label="Missing or failed"
        value={red}
        more={`${night.missing} missing, ${night.failed} failed`}
        tone={red > 0 ? "bad" : "good"}
      />
      <Tile
        label="Recovery point objective missed"
        value={totals.objective_missed}
        more={`${totals.objective_met} met, ${totals.without_objective} without`}
        tone={totals.objective_missed > 0 ? "bad" : "good"}
      />
      <Tile label="In no vault" value={totals.in_no_vault} tone={totals.in_no_vault > 0 ? "bad" : "good"} />
      <Tile label="Plans waiting for approval" value={totals.approvals} />
      <Tile label="Orphaned backups" value={totals.orphaned_backups} />
      <Tile
        label="Stored"
        value={size(totals.used_gb * 1024)}
        more={`${money(totals.cost_per_month, currency)}${totals.cost_per_month === null ? "" : " a month, estimated"}`}
      />
    </ul>
  );
}
