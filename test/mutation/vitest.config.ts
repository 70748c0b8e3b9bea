import { defineConfig } from "vitest/config";

/** The tests of what is mutated. They stop at the first failure: a mutant needs to be killed only once. */
export default defineConfig({
  test: {
    include: ["test/retention/**/*.test.ts"],
    exclude: ["test/retention/preview*.test.ts"],
    setupFiles: ["test/mutation/setup.ts"],
    bail: 1,
  },
});
