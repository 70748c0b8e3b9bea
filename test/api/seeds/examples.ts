import { readFileSync } from "node:fs";
import * as z from "zod";

/**
 * Every JSON example of the provider's documents, in their order: `body` of a request, `answer`, or `error`.
 * `repair` says what had to be put right because the text is not JSON as it stands (mostly where a page of the
 * document broke); `contradiction` marks the one request that its own page's table refutes.
 */
const exampleSchema = z.strictObject({
  section: z.string(),
  operation: z.string(),
  part: z.enum(["body", "answer", "error"]),
  repair: z.string().optional(),
  contradiction: z.string().optional(),
  example: z.unknown(),
});

export type Example = z.output<typeof exampleSchema>;

function read(name: string): Example[] {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  return z.array(exampleSchema).parse(JSON.parse(text));
}

/** Of the Cloud Backup and Recovery API Reference (2021-09-30). */
export const referenceExamples = read("cbr-api-reference.json");

/** Of the pages for DBSS, HSS and KooPhone. */
export const pageExamples = read("service-pages.json");
