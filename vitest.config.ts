import { join } from "node:path";
import { configDefaults, defineConfig, type ViteUserConfig } from "vitest/config";

const { VIGIL_TEST_RESULTS } = process.env;

/** CI names a folder, and reads the counts from what the runner itself writes there. */
export function reporters(run: string): NonNullable<NonNullable<ViteUserConfig["test"]>["reporters"]> {
  if (!VIGIL_TEST_RESULTS) return ["default"];
  return ["default", ["json", { outputFile: join(VIGIL_TEST_RESULTS, `${run}.json`) }]];
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/**/*.browser.test.ts"],
    // Some tests run whole nights or bundle functions; each is bounded, none waits by sleeping. A machine that does other
    // things as well takes several times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // All cores: many tests wait for engines and sockets rather than compute.
    maxWorkers: "100%",
    reporters: reporters("tests"),
  },
});
