import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedFiles } from "../../infra/tools/docs/generated.ts";

test.each(generatedFiles())("$path is current (npm run docs writes it)", ({ path, content }) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(content);
});
