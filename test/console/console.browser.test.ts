import { networkInterfaces } from "node:os";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../infra/tools/pictures/chromium.ts";
import { coverageReportSchema } from "../../shared/report/schema.ts";
import { seriousViolations, watchedPage } from "../pages/support.ts";
import { startWatchedDemo } from "./support.ts";

type WatchedDemo = Awaited<ReturnType<typeof startWatchedDemo>>;

/** A night of a few vaults takes seconds; the machine may have other things to do. */
const patience = { timeout: 45_000, interval: 200 };

let browser: Browser;
let demo: WatchedDemo;

beforeAll(async () => {
  [browser, demo] = await Promise.all([openBrowser(), startWatchedDemo(3)]);
});

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

async function openConsole(place: string, options: Parameters<typeof watchedPage>[1] = {}) {
  const watched = await watchedPage(browser, options);
  await watched.page.goto(`${demo.url}/#${place}`);
  await watched.page.waitForSelector("html[data-ready]");
  return { ...watched, [Symbol.asyncDispose]: () => watched.page.close() };
}

const liveReport = async () =>
  coverageReportSchema.parse(await (await fetch(`${demo.url}/api/coverage`)).json());

const nightIsOver = async () => {
  const { totals } = await liveReport();
  return totals.last_night.open === 0 && totals.last_night.protected > 0;
};

/** Notes in the page what is drawn of the night, each time it changes. */
const noteNights = `
  globalThis.noted = [];
  new MutationObserver(() => {
    const heading = [...document.querySelectorAll("h3")].find(({ textContent }) => textContent.startsWith("Night of"));
    if (heading && noted.at(-1) !== heading.textContent) noted.push(heading.textContent);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

describe("the console", () => {
  test("shows a night from its firing to settled without being loaded again", async () => {
    await expect.poll(nightIsOver, patience).toBe(true);
    await using opened = await openConsole("engine");
    const { page, problems, requests } = opened;
    await page.evaluate(noteNights);
    await page.getByRole("button", { name: "Fire now vigil-demo-night-demo-nightly" }).click();
    await page.getByRole("link", { name: "Coverage" }).click();
    const noted = () => page.evaluate<string[]>("globalThis.noted");
    // First the night with nothing done, in the end one with everything: each as it was drawn.
    await expect
      .poll(async () => (await noted()).some((text) => /: 0 of [1-9]/.test(text)), patience)
      .toBe(true);
    await expect.poll(nightIsOver, patience).toBe(true);
    const { last_night } = (await liveReport()).totals;
    expect(last_night.protected).toBeGreaterThan(0);
    const tile = page.locator(".tile", { hasText: "Protected, night" });
    await expect.poll(() => tile.textContent(), patience).toContain(`${last_night.protected} of `);
    expect((await noted()).at(-1)).toMatch(/: [1-9]\d* of/);
    expect(problems).toEqual([]);
    for (const request of requests) expect(request.startsWith(`${demo.url}/`)).toBe(true);
  });

  test("a fault that is switched on shows as a failed cell with its reason", async () => {
    await using opened = await openConsole("provider");
    const { page } = opened;
    await page.getByRole("spinbutton", { name: "The next" }).fill("500");
    await page.getByRole("textbox", { name: "Code of failed tasks" }).fill("BackupService.7101");
    await page.getByRole("button", { name: "Backup tasks fail" }).click();
    await expect
      .poll(() => page.locator(".section", { hasText: "Faults" }).first().textContent(), patience)
      .toContain("backup tasks: failed with BackupService.7101 (the next 500)");
    demo.fireLaterNight();
    await page.getByRole("link", { name: "Coverage" }).click();
    const failed = page.locator(".heat .group .cell:last-child.failed button").first();
    const reason = "BackupService.7101: Backup is not allowed in the current server status.";
    await expect
      .poll(async () => {
        await failed.click();
        return page.locator(".explanation").textContent();
      }, patience)
      .toContain(reason);
    await page.getByRole("link", { name: "Stand-in cloud" }).click();
    await page.getByRole("button", { name: "Preset none" }).click();
    await expect
      .poll(() => page.locator(".section", { hasText: "Faults" }).first().textContent(), patience)
      .toContain("No fault is switched on.");
  });

  test("shows functions with runs and logs, schedules with their next firing, and every event", async () => {
    await using opened = await openConsole("engine");
    const { page } = opened;
    const settle = page.locator("details.panel", { hasText: "vigil-demo-settle-checkpoints" });
    await expect.poll(() => settle.locator("summary").textContent(), patience).toMatch(/[1-9]\d* runs/);
    await settle.locator("summary").click();
    await expect.poll(() => settle.locator("tbody tr").count()).toBeGreaterThan(0);
    expect(await settle.locator("tbody").first().textContent()).toMatch(/\d+\.\d s/);
    expect(await settle.locator(".logs").textContent()).toContain('"service":"settle-checkpoints"');
    const night = page.locator("tr", { hasText: "vigil-demo-night-demo-nightly" });
    expect(await night.textContent()).toMatch(/\d{4}-\d\d-\d\d 01:00/);
    await page.getByRole("link", { name: "Events" }).click();
    await expect
      .poll(() => page.locator(".events").textContent(), patience)
      .toContain("vigil-demo-settle-checkpoints ended");
  });

  test("fires a schedule now", async () => {
    await using opened = await openConsole("engine");
    const { page } = opened;
    const before = demo.history.functionState("vigil-demo-report-coverage").total;
    await page.getByRole("button", { name: "Fire now vigil-demo-report" }).click();
    await expect.poll(() => page.locator(".message").textContent()).toBe("vigil-demo-report fired");
    await expect
      .poll(() => demo.history.functionState("vigil-demo-report-coverage").total, patience)
      .toBeGreaterThan(before);
    await expect
      .poll(() => demo.history.events().some(({ text }) => text.includes("coverage of demo")), patience)
      .toBe(true);
  });

  test("sends any example event to any function, in the shape that it expects", async () => {
    await using opened = await openConsole("send");
    const { page } = opened;
    await page.getByRole("combobox", { name: "Event" }).selectOption("checkpoint.due");
    await page.getByRole("combobox", { name: "Function" }).selectOption("vigil-demo-create-checkpoint");
    expect(await page.getByRole("textbox", { name: "Payload" }).inputValue()).toContain('"checkpoint.due"');
    await page.getByRole("button", { name: "Send" }).click();
    // The example's vault is in no night: the message is read, and dropped.
    await expect
      .poll(() => page.locator(".message").textContent(), patience)
      .toContain("vigil-demo-create-checkpoint ended");
    expect(await page.getByRole("combobox", { name: "Event" }).locator("option").count()).toBeGreaterThan(10);
  });

  test("redrive empties the dead-letter queue", async () => {
    await using opened = await openConsole("engine");
    const { page } = opened;
    const queue = page.locator('[data-queue="vigil-demo-checkpoints"]');
    await demo.addDeadLetter();
    const dead = () => queue.locator("td").nth(4).textContent();
    await expect.poll(dead, patience).toBe("✕ 1");
    await page.getByRole("button", { name: "Redrive vigil-demo-checkpoints" }).click();
    await expect.poll(() => page.locator(".message").textContent()).toContain("1 dead letters");
    await expect.poll(dead, patience).toBe("0");
  });

  test.each(["coverage", "engine", "provider", "events", "send"])(
    "has no serious accessibility violation at %s",
    async (place) => {
      await using opened = await openConsole(place);
      expect(await seriousViolations(opened.page)).toEqual([]);
      expect(opened.problems).toEqual([]);
    },
  );

  test("answers on loopback only", async () => {
    const { port } = new URL(demo.url);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others)
      await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow("fetch failed");
    expect((await fetch(demo.url)).status).toBe(200);
  });
});
