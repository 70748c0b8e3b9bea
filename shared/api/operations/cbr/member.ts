import * as z from "zod";
import { nullableText } from "./common.ts";

export const memberStatuses = ["pending", "accepted", "rejected"] as const;

export const memberStatus = z.enum(memberStatuses);

/** One share of a backup with one project. */
export const member = z.looseObject({
  id: nullableText,
  status: nullableText,
  backup_id: nullableText,
  dest_project_id: z.string(),
  vault_id: nullableText,
  image_id: nullableText,
  created_at: nullableText,
  updated_at: nullableText,
});

export type Member = z.output<typeof member>;
