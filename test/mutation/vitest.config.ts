import { defineConfig } from "vitest/config";

/** Only the tests of what is mutated, and they stop at the first failure: a mutant needs to be killed only once. */
export default defineConfig({
  test: { include: ["test/retention/**/*.test.ts"], bail: 1, setupFiles: ["test/mutation/setup.ts"] },
});
