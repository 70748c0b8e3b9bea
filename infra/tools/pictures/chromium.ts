import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian's package `chromium` and others put it. CHROMIUM names another. */
const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

function findChromium(): string {
  const found = places.find((place) => place !== undefined && existsSync(place));
  if (!found)
    throw new Error(
      "the tests of the pages need Chromium: install it (apt-get install chromium), or name it in the variable CHROMIUM",
    );
  return found;
}

/** A headless browser. Without its sandbox, which containers without privileges cannot give it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
