import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier, offsetPage } from "../fields.ts";
import { chapter, nullableText, objectTypes } from "./common.ts";

/** What kind of resource is asked for; the same words as a vault's object type. */
const protectableType = z.enum(objectTypes);

/**
 * A resource that a vault could protect. `protectable.result` says whether it can be now; `code` and `reason` say why
 * not. `size` is GB. The fields are those of the provider's published models: the chapter names method and path only.
 */
const protectable = z.looseObject({
  id: z.string(),
  name: nullableText,
  type: nullableText,
  status: nullableText,
  size: z.number().nullish(),
  protectable: z
    .looseObject({
      result: z.boolean().nullish(),
      code: nullableText,
      reason: nullableText,
      vault: z.looseObject({ id: z.string() }).nullish(),
    })
    .nullish(),
});

export type Protectable = z.output<typeof protectable>;

export const listProtectables = operation({
  name: "listProtectables",
  service: "cbr",
  summary: "Lists resources that a vault could protect.",
  source: chapter("6.2"),
  method: "GET",
  path: "/v3/{project_id}/protectables/{protectable_type}/instances",
  parameters: { project_id: identifier, protectable_type: protectableType },
  query: z.object({
    ...offsetPage,
    id: identifier.optional(),
    marker: identifier.optional(),
    name: z.string().optional(),
    server_id: identifier.optional(),
    status: z.string().optional(),
  }),
  answer: z.looseObject({ instances: z.array(protectable), count: z.int().nullish() }),
  status: 200,
  permission: "cbr:vaults:listProtectables",
  repeatable: true,
  list: { items: "instances", item: protectable, total: "count", by: "offset", maximumLimit: 1000 },
});

export const showProtectable = operation({
  name: "showProtectable",
  service: "cbr",
  summary: "Shows one resource that a vault could protect.",
  source: chapter("6.2"),
  method: "GET",
  path: "/v3/{project_id}/protectables/{protectable_type}/instances/{instance_id}",
  parameters: { project_id: identifier, protectable_type: protectableType, instance_id: identifier },
  answer: z.looseObject({ instance: protectable }),
  status: 200,
  permission: "cbr:vaults:getProtectables",
  repeatable: true,
});
