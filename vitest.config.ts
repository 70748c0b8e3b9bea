import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Some tests run whole nights or bundle functions; each is bounded, none waits by sleeping.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
