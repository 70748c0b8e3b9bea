import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const require = createRequire(import.meta.url);

/**
 * Of undici only its Agent comes along, and its parser only in the build for processors with SIMD, which all of
 * Lambda's are: the whole package has 760 KB, this part some 230.
 */
export const onlyAgentOfUndici: Plugin = {
  name: "only-agent-of-undici",
  setup(build) {
    const lib = join(require.resolve("undici"), "..", "lib");
    build.onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "only-agent" }));
    build.onLoad({ filter: /.*/, namespace: "only-agent" }, () => ({
      contents: 'import Agent from "./dispatcher/agent.js"; export { Agent };',
      resolveDir: lib,
    }));
    build.onLoad({ filter: /undici\/lib\/llhttp\/llhttp-wasm\.js$/ }, () => ({
      contents: 'throw new Error("this processor has no SIMD, and the bundle holds no other parser");',
    }));
  },
};

/** In Lambda credentials are always in the environment: the ways to find them elsewhere, some 100 KB, stay out. */
export const onlyCredentialsOfTheEnvironment: Plugin = {
  name: "only-credentials-of-the-environment",
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: "credential-provider-node",
      namespace: "only-environment",
      pluginData: { resolveDir },
    }));
    build.onLoad({ filter: /.*/, namespace: "only-environment" }, () => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: join(require.resolve("@aws-sdk/credential-provider-node"), ".."),
    }));
  },
};
