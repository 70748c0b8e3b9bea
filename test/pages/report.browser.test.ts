import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../infra/stack/build-page.ts";
import { openBrowser } from "../../infra/tools/pictures/chromium.ts";
import { cellStates } from "../../shared/report/cells.ts";
import { reportDocuments } from "../../shared/report/documents.ts";
import { type CoverageReport, coverageReportSchema } from "../../shared/report/schema.ts";
import { madeUpEstate, reportOf, resourceId, withFailure } from "../report/support.ts";
import { seriousViolations, watchedPage } from "./support.ts";

const hostile = [
  "<script>document.title='run'</script>",
  '"><img src=x onerror="document.title=\'run\'">',
  "x".repeat(255),
  "\u202eevil\u202c",
];

let browser: Browser;
let folder: string;
let url: string;
let report: CoverageReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-page-"));
  const made = await madeUpEstate({
    vaults: 4,
    resources: 5,
    nights: 30,
    missed: [11],
    vaultName: (vault) => (vault === 2 ? "</td><script>document.title='run'</script>" : `vault-${vault + 1}`),
    nameOf: (vault, resource) =>
      vault === 1 ? (hostile[resource] ?? "plain") : `server-${vault}-${resource}`,
    change: (slot, { vault, ago }) =>
      vault === 1 && ago % 9 === 0
        ? withFailure(
            slot,
            [resourceId(1, 0)],
            "BackupService.7103",
            "The resource <b>cannot</b> be backed up.",
          )
        : slot,
  });
  const { html, json } = reportDocuments(await reportOf(made), await buildPage("report"));
  report = coverageReportSchema.parse(JSON.parse(String(json.body)));
  const file = join(folder, "coverage.html");
  await writeFile(file, html.body);
  url = pathToFileURL(file).href;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openReport(options: Parameters<typeof watchedPage>[1] = {}) {
  const watched = await watchedPage(browser, options);
  await watched.page.goto(url);
  await watched.page.waitForSelector("html[data-ready]");
  return { ...watched, [Symbol.asyncDispose]: () => watched.page.close() };
}

async function openGroups(page: Page): Promise<void> {
  const closed = page.locator(".group button[aria-expanded=false]");
  while ((await closed.count()) > 0) await closed.first().click();
}

describe("the report opened from a file", () => {
  test("shows the same counts as its JSON, asks nobody for anything and reports no error", async () => {
    await using opened = await openReport();
    const { page, problems, requests } = opened;
    await openGroups(page);
    const { cells, last_night, resources } = report.totals;
    for (const { name } of Object.values(cellStates)) {
      const shown = await page.locator(`tr:not(.group) > .cell.${name.replace(" ", "-")}`).count();
      expect({ name, shown }).toEqual({ name, shown: cells[name.replace(" ", "_") as keyof typeof cells] });
    }
    const tile = page.locator(".tile", { hasText: "Protected, night" });
    expect(await tile.textContent()).toContain(`${last_night.protected} of ${resources}`);
    const table = page.locator(".data-table", { hasText: "Every resource" });
    expect(await table.getByRole("status").textContent()).toBe(`${resources} of ${resources}`);
    expect(problems).toEqual([]);
    expect(requests).toEqual([url]);
  });

  test("explains a red cell in words when it is clicked, and when the keyboard comes to it", async () => {
    await using opened = await openReport();
    const { page } = opened;
    const words = page.locator(".explanation");
    await page.locator(".group .cell.failed button").first().click();
    await expect.poll(() => words.textContent()).toContain("BackupService.7103");
    expect(await words.textContent()).toContain("The resource <b>cannot</b> be backed up.");
    expect(await words.textContent()).toContain("What the provider's documents say to do:");
    // Eleven nights back nobody planned anything.
    await page.locator(".group .cell button").last().focus();
    await page.keyboard.press("End");
    for (let step = 0; step < 11; step++) await page.keyboard.press("ArrowLeft");
    await expect.poll(() => words.textContent()).toContain("2026-11-10");
    expect(await words.textContent()).toContain("the night was never planned");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.locator(":focus").getAttribute("aria-label")).toContain("2026-11-10");
  });

  test("has one tab stop in the whole map", async () => {
    await using opened = await openReport();
    expect(await opened.page.locator('.cell-button[tabindex="0"]').count()).toBe(1);
  });

  test("shows hostile names and runs none of them", async () => {
    await using opened = await openReport();
    const { page, problems } = opened;
    await openGroups(page);
    for (const name of hostile)
      expect(await page.locator(".heat bdi", { hasText: name }).first().textContent()).toBe(name);
    expect(await page.locator(".heat bdi", { hasText: "</td><script>" }).count()).toBeGreaterThan(0);
    expect(await page.title()).not.toBe("run");
    expect(problems).toEqual([]);
    // A name of 255 letters does not push the page wider than the window.
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test("finds, groups and sorts", async () => {
    await using opened = await openReport();
    const { page } = opened;
    await page.getByRole("searchbox", { name: "Find" }).fill("server-3-");
    await expect.poll(() => page.locator(".heat .group").count()).toBe(1);
    await page.getByRole("searchbox", { name: "Find" }).fill("");
    await page.getByRole("combobox", { name: "Group by" }).selectOption("project");
    await expect.poll(() => page.locator(".heat .group").allTextContents()).toHaveLength(1);
    const table = page.locator(".data-table", { hasText: "Every resource" });
    const first = () => table.locator("tbody tr").first().locator("td").first().textContent();
    await table.getByRole("button", { name: "Resource" }).click();
    await expect.poll(first).toBe('"><img src=x onerror="document.title=\'run\'">');
    await table.getByRole("searchbox").fill("server-3-4");
    await expect.poll(() => table.locator("tbody tr").count()).toBe(1);
  });

  test.each(["light", "dark"] as const)(
    "has no serious accessibility violation in %s",
    async (colorScheme) => {
      await using opened = await openReport({ colorScheme });
      const { page } = opened;
      await page.locator(".group button[aria-expanded=false]").first().click();
      await page.locator(".group .cell.failed button").first().click();
      expect(await seriousViolations(page)).toEqual([]);
    },
  );

  test("fits a phone", async () => {
    await using opened = await openReport({ viewport: { width: 390, height: 844 } });
    const overflow = await opened.page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await seriousViolations(opened.page)).toEqual([]);
  });

  test("prints the map without its tools", async () => {
    await using opened = await openReport();
    await opened.page.emulateMedia({ media: "print" });
    expect(await opened.page.locator(".table-tools").first().isVisible()).toBe(false);
    expect(await opened.page.locator(".heat").isVisible()).toBe(true);
  });

  test("says the essential where no script may run, as in a mailbox", async () => {
    const { page, problems } = await watchedPage(browser, { javaScriptEnabled: false });
    await page.goto(url);
    const text = await page.locator("main").innerText();
    expect(text).toContain(`${report.totals.resources} resources:`);
    expect(text).toContain("BackupService.7103 The resource <b>cannot</b> be backed up.");
    expect(text).toContain(hostile[0]);
    expect(problems).toEqual([]);
    await page.close();
  });
});
