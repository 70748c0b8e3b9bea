import * as z from "zod";

/** `key` or `key=value`; the key alone stands for any value. */
const tag = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,36}(=[A-Za-z0-9_-]{0,43})?$/,
    "expected a tag as key or key=value, of letters, digits, _ and -",
  );

export const objectTypes = ["server", "disk", "turbo"] as const;

/** Which vaults a rule means: all conditions that are given must hold. */
export const selectionSchema = z
  .strictObject({
    tags: z
      .strictObject({
        all: z.array(tag).min(1).optional(),
        any: z.array(tag).min(1).optional(),
        none: z.array(tag).min(1).optional(),
      })
      .optional(),
    /** `*` stands for any text; the whole name must match. */
    name_pattern: z.string().min(1).max(128).optional(),
    object_type: z.enum(objectTypes).optional(),
    vault_ids: z.array(z.string().min(1)).min(1).optional(),
    /** Vaults that hold at least one of these resources. */
    resource_ids: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(
    (selection) => Object.keys(selection).length > 0,
    'expected at least one condition; a rule for every vault says name_pattern: "*"',
  );

export type Selection = z.output<typeof selectionSchema>;

/** What of a vault a selection can see. */
export interface Selectable {
  readonly id: string;
  readonly name: string;
  readonly object_type: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly resource_ids: readonly string[];
}

export function selects(selection: Selection, vault: Selectable): boolean {
  const { tags, name_pattern, object_type, vault_ids, resource_ids } = selection;
  const has = (wanted: string) => hasTag(vault, wanted);
  return (
    (tags?.all?.every(has) ?? true) &&
    (tags?.any?.some(has) ?? true) &&
    !(tags?.none?.some(has) ?? false) &&
    (name_pattern === undefined || matches(name_pattern, vault.name)) &&
    (object_type === undefined || object_type === vault.object_type) &&
    (vault_ids?.includes(vault.id) ?? true) &&
    (resource_ids?.some((id) => vault.resource_ids.includes(id)) ?? true)
  );
}

function hasTag(vault: Selectable, wanted: string): boolean {
  const [key, value] = wanted.split("=", 2);
  return vault.tags.some((tag) => tag.key === key && (value === undefined || tag.value === value));
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}
