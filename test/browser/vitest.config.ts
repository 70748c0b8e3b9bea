import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { reporters } from "../../vitest.config.ts";

/** The pages in a real browser: `npm run test:browser`. Apart from `npm test`, which needs nothing but Node. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/**/*.browser.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: reporters("browser"),
  },
});
