import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { renderOperationsTable, withCoverage } from "../docs/operations-table.ts";
import { runCommand } from "./fail.ts";

const root = new URL("../../", import.meta.url);

/** `npm run docs`: writes what is generated from the code, docs/operations.md and the README's table of operations. */
await runCommand(() => {
  mkdirSync(new URL("docs/", root), { recursive: true });
  writeFileSync(new URL("docs/operations.md", root), renderOperationsTable());
  process.stdout.write("docs/operations.md\n");
  const readme = new URL("README.md", root);
  if (existsSync(readme)) {
    writeFileSync(readme, withCoverage(readFileSync(readme, "utf8")));
    process.stdout.write("README.md\n");
  }
});
