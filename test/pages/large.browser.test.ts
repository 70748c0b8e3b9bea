import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { openBrowser } from "../../infra/tools/pictures/chromium.ts";
import { watchedPage } from "./support.ts";

const figuresSchema = z.object({
  resources: z.number(),
  nights: z.number(),
  cpu_ms: z.number(),
  most_memory_mb: z.number(),
  html_bytes: z.number(),
});

let folder: string;
let figures: z.output<typeof figuresSchema>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vigil-large-"));
  const script = join(import.meta.dirname, "../report/large.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder]);
  figures = figuresSchema.parse(JSON.parse(stdout));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the report of 10,000 resources over 30 nights", () => {
  test("is written within 10 s and 512 MB", () => {
    expect(figures).toMatchObject({ resources: 10_000, nights: 30 });
    // The process's own time on the processor: what else this machine does is no part of it.
    expect(figures.cpu_ms).toBeLessThan(10_000);
    expect(figures.most_memory_mb).toBeLessThan(512);
  });

  test("has a page under 3 MB that can be used within 2 s", async () => {
    expect(figures.html_bytes).toBeLessThan(3_000_000);
    const browser = await openBrowser();
    try {
      const { page, problems } = await watchedPage(browser);
      await page.goto(pathToFileURL(join(folder, "coverage.html")).href);
      await page.waitForSelector("html[data-ready]");
      expect(await page.evaluate("performance.getEntriesByName('ready')[0].startTime")).toBeLessThan(2000);
      await page.locator(".group .cell.failed button").first().click();
      expect(await page.locator(".explanation").textContent()).toContain("BackupService.7103");
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
