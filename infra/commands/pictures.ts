import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { demoProject } from "../estate/demo.ts";
import { startConsole } from "../local/console/console.ts";
import { createHistory } from "../local/console/history.ts";
import { writeReport } from "../local/report.ts";
import { openBrowser } from "../tools/pictures/chromium.ts";
import { writePastNights, writePastUsage } from "../tools/pictures/past-nights.ts";
import { command, runCommand } from "./fail.ts";
import { startDemo } from "./start/demo.ts";
import { watchNight } from "./start/night.ts";

/** How much faster than real time the night of the pictures runs. */
const SPEED = 100;

/** The picture that stands in the README. */
const README_PICTURE = fileURLToPath(new URL("../../docs/console.png", import.meta.url));

const widths = { desktop: 1440, phone: 390 } as const;
const schemes = ["light", "dark"] as const;

/** `npm run pictures`: console and report, on desktop and phone, light and dark, for review. */
await runCommand(async () => {
  const program = command("pictures", "Take pictures of the console and the coverage report")
    .option("--output <folder>", "where to write", ".vigil/pictures")
    .option("--vaults <number>", "how many vaults the demo estate has", "40")
    .option("--readme", "also replace the picture that stands in the README");
  const { output, vaults, readme } = program
    .parse()
    .opts<{ output: string; vaults: string; readme?: true }>();
  await mkdir(output, { recursive: true });
  const history = createHistory();
  const settings = {
    project: demoProject,
    vaults: Number(vaults),
    seed: 1,
    faults: "none",
    speed: SPEED,
  } as const;
  const demo = await startDemo({ ...settings, onEvent: history.record });
  const browser = await openBrowser();
  const folder = await mkdtemp(join(tmpdir(), "vigil-pictures-"));
  try {
    await writePastNights(demo, { before_ms: demo.night_ms, nights: 29, seed: 1 });
    await watchNight(demo, () => undefined, AbortSignal.timeout(600_000));
    await writePastUsage(demo, { before_ms: demo.night_ms, days: 29 });
    const files = await writeReport(demo.engine, folder);
    const running = await startConsole({ ...demo, history, speed: SPEED, port: 0 });
    try {
      const pages = {
        report: pathToFileURL(files.html).href,
        console: `${running.url}/#coverage`,
        "console-engine": `${running.url}/#engine`,
        "console-provider": `${running.url}/#provider`,
      };
      for (const [name, url] of Object.entries(pages)) await photograph(browser, { name, url, output });
      if (readme) await copyFile(join(output, "console-desktop-light.png"), README_PICTURE);
    } finally {
      await running.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await browser.close();
    await demo.stop();
  }
});

async function photograph(
  browser: Browser,
  { name, url, output }: { readonly name: string; readonly url: string; readonly output: string },
): Promise<void> {
  for (const [device, width] of Object.entries(widths)) {
    for (const colorScheme of schemes) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      await page.goto(url);
      await page.waitForSelector("html[data-ready]");
      const red = page.locator(".cell.failed .cell-button, .cell.missing .cell-button").last();
      if ((await red.count()) > 0) await red.evaluate((cell) => cell.focus({ preventScroll: true }));
      const path = join(output, `${name}-${device}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: device === "desktop" && name === "report" });
      process.stdout.write(`${path}\n`);
      await page.close();
    }
  }
}
