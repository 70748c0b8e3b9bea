import * as z from "zod";

/** `key` or `key=value`; the key alone stands for any value. */
const tag = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,36}(=[A-Za-z0-9_-]{0,43})?$/,
    "expected a tag as key or key=value, of letters, digits, _ and -",
  );

/** What an ordinary backup vault holds. */
export const objectTypes = ["server", "disk", "turbo"] as const;

/** What other vaults hold: desktops, and on-premises machines and files. */
const otherObjectTypes = ["workspace", "vmware", "file"] as const;

/** What a vault is for: backups, or copies of the backups of another region; and where what it protects is. */
const protectTypes = ["backup", "replication"] as const;
const cloudTypes = ["public", "hybrid"] as const;

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
    /** Default: server, disk or turbo. Vaults of another kind are selected only by a rule that asks for it. */
    object_type: z.enum([...objectTypes, ...otherObjectTypes]).optional(),
    /** Default: backup. A replication vault holds copies that the provider makes. */
    protect_type: z.enum(protectTypes).optional(),
    /** Default: public. A hybrid vault protects what is on premises. */
    cloud_type: z.enum(cloudTypes).optional(),
    vault_ids: z.array(z.string().min(1)).min(1).optional(),
    /** Vaults that hold at least one of these resources. */
    resource_ids: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(
    (selection) => Object.keys(selection).length > 0,
    'expected at least one condition; a rule for every vault says name_pattern: "*"',
  );

type Selection = z.output<typeof selectionSchema>;

/** What of a vault a selection can see. */
export interface Selectable {
  readonly id: string;
  readonly name: string;
  /** As the provider says it, empty where it says nothing: then the vault is taken for an ordinary one. */
  readonly object_type: string;
  readonly protect_type?: string | undefined;
  readonly cloud_type?: string | undefined;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly resource_ids: readonly string[];
}

export function selects(selection: Selection, vault: Selectable): boolean {
  const { tags, name_pattern, vault_ids, resource_ids } = selection;
  const has = (wanted: string) => hasTag(vault, wanted);
  return (
    (tags?.all?.every(has) ?? true) &&
    (tags?.any?.some(has) ?? true) &&
    !(tags?.none?.some(has) ?? false) &&
    (name_pattern === undefined || matches(name_pattern, vault.name)) &&
    isOfKind(selection, vault) &&
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

/** The kinds that a selection asks for; those that it does not name are the ordinary ones. */
const kindsOf = ({ object_type, protect_type, cloud_type }: Selection) => ({
  object_types: object_type === undefined ? ordinaryObjectTypes(cloud_type) : [object_type],
  protect_type: protect_type ?? "backup",
  // Machines and files on premises are in hybrid vaults: who asks for one asks for the other.
  cloud_types:
    cloud_type === undefined ? (isOnPremises(object_type) ? cloudTypes : ["public"]) : [cloud_type],
});

const ordinaryObjectTypes = (cloud_type: Selection["cloud_type"]): readonly string[] =>
  cloud_type === "hybrid" ? ["vmware", "file"] : objectTypes;
const isOnPremises = (object_type: Selection["object_type"]) =>
  object_type === "vmware" || object_type === "file";

function isOfKind(selection: Selection, vault: Selectable): boolean {
  const kinds = kindsOf(selection);
  const cloud_types: readonly string[] = kinds.cloud_types;
  return (
    (kinds.object_types.includes(vault.object_type) ||
      (vault.object_type === "" && selection.object_type === undefined)) &&
    (vault.protect_type || "backup") === kinds.protect_type &&
    cloud_types.includes(vault.cloud_type || "public")
  );
}

/** Whether two selections may have a vault in common, as far as they themselves show. */
export function meets(a: Selection, b: Selection): boolean {
  const [own, other] = [kindsOf(a), kindsOf(b)];
  const cloud_types: readonly string[] = other.cloud_types;
  const sameKind =
    own.object_types.some((type) => other.object_types.includes(type)) &&
    own.protect_type === other.protect_type &&
    own.cloud_types.some((type) => cloud_types.includes(type));
  const otherVaults = a.vault_ids && b.vault_ids && !a.vault_ids.some((id) => b.vault_ids?.includes(id));
  return sameKind && !otherVaults && !excludes(a, b) && !excludes(b, a) && !otherValue(a, b);
}

/** One wants a tag that the other refuses. */
const excludes = (a: Selection, b: Selection) =>
  a.tags?.all?.some((tag) =>
    b.tags?.none?.some((refused) => refused === tag || refused === tag.split("=")[0]),
  ) ?? false;

/** Both want the same key, with different values. */
function otherValue(a: Selection, b: Selection): boolean {
  const wanted = new Map((a.tags?.all ?? []).map((tag) => [tag.split("=")[0], tag.split("=")[1]]));
  return (b.tags?.all ?? []).some((tag) => {
    const [key = "", value] = tag.split("=", 2);
    const other = wanted.get(key);
    return value !== undefined && other !== undefined && other !== value;
  });
}
