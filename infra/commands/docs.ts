import { mkdirSync, writeFileSync } from "node:fs";
import { generatedFiles } from "../tools/docs/generated.ts";
import { runCommand } from "./fail.ts";

const root = new URL("../../", import.meta.url);

/** `npm run docs`: writes every file that is generated from the code. */
await runCommand(() => {
  for (const { path, content } of generatedFiles()) {
    const file = new URL(path, root);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, content);
    process.stdout.write(`${path}\n`);
  }
});
