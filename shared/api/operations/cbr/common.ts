import * as z from "zod";

/** The document that the CBR operations come from, for their `source`. */
export function chapter(section: string): string {
  return `Cloud Backup and Recovery API Reference (2021-09-30), ${section}`;
}

/** The provider's page of a companion operation, which the document above does not have. */
export function companion(page: string): string {
  return `Cloud Backup and Recovery API, page ${page}`;
}

const resourceTypes = ["OS::Nova::Server", "OS::Cinder::Volume", "OS::Sfs::Turbo"] as const;
export const objectTypes = ["server", "disk", "turbo"] as const;

/** A resource's type in a request. Answers give a plain string: a new type must not stop a night. */
export const resourceType = z.enum(resourceTypes);

export const objectType = z.enum(objectTypes);

/** A resource's extra_info, which the tables leave out and the examples show. */
export const resourceExtraInfo = z.strictObject({ exclude_volumes: z.array(z.string()).optional() });

/** A text that the examples show as null or leave out. */
export const nullableText = z.string().nullish();

/**
 * A quantity that the tables call String or Integer and the examples show as text ("40"). Only used where answers
 * are few: a transform in a list's items would slow every page down.
 */
export const quantity = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, "must be a number")
    .transform(Number),
]);

const memberStatuses = ["pending", "accepted", "rejected"] as const;

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
