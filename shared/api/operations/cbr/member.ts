import * as z from "zod";
import { nullableText } from "./common.ts";

export const memberStatuses = ["pending", "accepted", "rejected"] as const;

export const memberStatus = z.enum(memberStatuses);

/** One share of a backup with one project. */
export const member = z.looseObject({
  id: z.string(),
  status: z.string(),
  backup_id: z.string(),
  dest_project_id: z.string(),
  vault_id: nullableText,
  image_id: nullableText,
  created_at: z.string(),
  updated_at: nullableText,
});

export type Member = z.output<typeof member>;
