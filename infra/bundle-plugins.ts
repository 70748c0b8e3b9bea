import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
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

const whenUsed = ["crypto", "fs", "fs/promises", "http", "https", "net", "tls"];

/**
 * These of Node's own modules are loaded when something of them is used. An `import` loads all of it and reads each of
 * its exports, and with them parts of Node that nobody here uses: HTTP takes 28 ms of a cold start so, and 3 by a call.
 */
export const builtinsWhenUsed: Plugin = {
  name: "builtins-when-used",
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(node:)?(${whenUsed.join("|")})$`) }, ({ path, kind }) =>
      kind === "require-call"
        ? undefined
        : { path: path.replace(/^(node:)?/, "node:"), namespace: "when-used" },
    );
    build.onLoad({ filter: /.*/, namespace: "when-used" }, ({ path }) => {
      const [module, names] = [path, Object.keys(require(path))].map((value) => JSON.stringify(value));
      const get = `() => process.getBuiltinModule(${module})[name]`;
      return {
        contents: `for (const name of ${names}) Object.defineProperty(exports, name, { enumerable: true, get: ${get} });`,
      };
    });
  },
};

/** What libraries bring along and no function ever calls: zod's JSON Schema, and how a browser is told from another. */
export const withoutUncalled: Plugin = {
  name: "without-uncalled",
  setup(build) {
    const filter = /\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$|\/bowser\/[^/]+$/;
    build.onLoad({ filter }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const names = [...source.matchAll(/^export (?:const|function) (\w+)|^export \{ \w+ as (\w+) \};/gm)];
      const exported = names.map(([, own, renamed]) => `absent as ${own ?? renamed}`);
      const message = JSON.stringify(`${basename(path)} is left out of the functions' bundles`);
      return {
        contents: `const absent = () => { throw new Error(${message}); };\nexport { ${exported.join(", ")} };`,
      };
    });
  },
};
