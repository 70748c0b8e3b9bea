import { defineConfig } from "vitest/config";

const { VIGIL_TEST_RESULTS } = process.env;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Some tests run whole nights or bundle functions; each is bounded, none waits by sleeping.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // CI reads the counts from the runner itself.
    reporters: VIGIL_TEST_RESULTS ? ["default", ["json", { outputFile: VIGIL_TEST_RESULTS }]] : ["default"],
  },
});
