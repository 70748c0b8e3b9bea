import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";

/** A resource that a vault could protect and that is in none. It is removed when a vault has it, or it is gone. */
const unprotectedSchema = z.object({
  project: z.string(),
  object_type: z.string(),
  resource_id: z.string(),
  name: z.string(),
  first_seen_at_ms: z.number().int(),
  /** Why no vault can take it, where the provider says so. */
  reason: z.string().nullable(),
});

export type Unprotected = z.output<typeof unprotectedSchema>;

interface UnprotectedId {
  readonly project: string;
  readonly object_type: string;
  readonly resource_id: string;
}

export const unprotectedRecord = defineRecord({
  kind: "unprotected",
  version: 1,
  schema: unprotectedSchema,
  partition: perProject("unprotected"),
  sort: ({ object_type, resource_id }: UnprotectedId) => `${object_type}#${resource_id}`,
});

/** The resources of a project that are in no vault, as discover-instances last saw them. */
export const unprotectedOf = (ledger: Ledger, project: string) => unprotectedRecord.all(ledger, { project });
