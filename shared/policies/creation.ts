import * as z from "zod";
import { defineRecord } from "../ledger/record.ts";
import { workSchema } from "../work/work.ts";

/** The making of a policy that the estate names and the project lacks: exactly once, however often it is tried. */
const creationSchema = z.object({ project: z.string(), name: z.string(), work: workSchema });

export type Creation = z.output<typeof creationSchema>;
export type CreationId = Pick<Creation, "project" | "name">;

export const creationRecord = defineRecord({
  kind: "policy-creation",
  version: 1,
  schema: creationSchema,
  idOf: (creation): CreationId => creation,
  key: ({ project, name }: CreationId) => ({
    partition: `policies#${project}`,
    sort: `creation#${name}`,
  }),
});
