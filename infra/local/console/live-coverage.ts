import type { Estate, Project } from "../../../shared/estate/estate.ts";
import type { Ledger } from "../../../shared/ledger/ledger.ts";
import { coverageReport } from "../../../shared/report/coverage.ts";
import type { ProjectFacts } from "../../../shared/report/facts.ts";
import { gatherProject } from "../../../shared/report/gather.ts";
import type { Listings } from "../../../shared/report/listings.ts";
import { nightsToReport } from "../../../shared/report/nights.ts";
import type { CoverageReport } from "../../../shared/report/schema.ts";
import type { Cloud } from "../provider/service.ts";
import { backupView } from "../provider/view/backup.ts";
import { protectableView } from "../provider/view/protectable.ts";
import { vaultView } from "../provider/view/vault.ts";

/**
 * The coverage report as of now. What the provider would list is taken from the stand-in itself: watching must not spend
 * the calls, meet the faults or count in the statistics of the night that is watched.
 */
export async function liveCoverage({
  estate,
  ledger,
  cloud,
}: {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly cloud: Cloud;
}): Promise<CoverageReport> {
  const now_ms = cloud.clock.now();
  cloud.world.advance(now_ms);
  const dates = await nightsToReport(ledger, estate.projects, now_ms);
  const facts: ProjectFacts[] = [];
  for (const project of estate.projects) {
    const listings = listingsOf(cloud, project);
    facts.push(await gatherProject(project, { ledger, listings, dates, now_ms }));
  }
  return coverageReport(estate, facts, { dates, now_ms });
}

function listingsOf({ world }: Cloud, { project_id }: Project): Listings {
  const ours = <Thing extends { readonly project_id: string }>(things: readonly Thing[]) =>
    things.filter((thing) => thing.project_id === project_id);
  return {
    unreadable: [],
    async *vaults() {
      for (const vault of ours(world.vaults.all())) yield vaultView(vault);
    },
    async *backups() {
      for (const backup of ours(world.backups.all())) yield backupView(backup);
    },
    async *protectables() {
      for (const resource of ours([...world.resources.values()])) yield protectableView(world, resource);
    },
    async *storageUsage() {
      const sizes = new Map<string, number>();
      for (const { resource_id, size_mb } of ours(world.backups.all()))
        sizes.set(resource_id, (sizes.get(resource_id) ?? 0) + size_mb);
      for (const [resource_id, backup_mb] of sizes) yield { resource_id, backup_mb };
    },
  };
}
