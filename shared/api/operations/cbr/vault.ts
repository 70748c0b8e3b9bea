import * as z from "zod";
import { nullableText } from "./common.ts";

/** A resource as a vault lists it. `size` is GB, `backup_size` MB. */
const vaultResource = z.looseObject({
  id: z.string(),
  type: nullableText,
  name: nullableText,
  protect_status: nullableText,
  size: z.number().nullish(),
  backup_size: z.number().nullish(),
  backup_count: z.number().nullish(),
});

/** A vault's billing. `size` and `allocated` are GB, `used` is MB. Some gateways leave `object_type` out. */
const vaultBilling = z.looseObject({
  status: z.string(),
  object_type: nullableText,
  protect_type: nullableText,
  cloud_type: nullableText,
  size: z.number(),
  used: z.number().nullish(),
  allocated: z.number().nullish(),
});

export const vaultTag = z.looseObject({ key: z.string(), value: nullableText });

/**
 * A vault as the answers give it: the fields that we use, the others pass unread. The update example leaves most of
 * them out, the others show null; newer vaults add `locked`, `threshold`, `smn_notify` and more.
 */
export const vault = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: nullableText,
  project_id: nullableText,
  created_at: nullableText,
  resources: z.array(vaultResource),
  billing: vaultBilling,
  tags: z.array(vaultTag).nullish(),
  frozen: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  auto_bind: z.boolean().nullish(),
  auto_expand: z.boolean().nullish(),
});

export type Vault = z.output<typeof vault>;

const objectTypeOfResource: Readonly<Record<string, string>> = {
  "OS::Nova::Server": "server",
  "OS::Cinder::Volume": "disk",
  "OS::Sfs::Turbo": "turbo",
};

/** What a vault is for, as its billing says; by what it holds where that is left out; empty when neither says it. */
export function objectTypeOf({ billing, resources }: Pick<Vault, "billing" | "resources">): string {
  return billing.object_type ?? objectTypeOfResource[resources[0]?.type ?? ""] ?? "";
}
