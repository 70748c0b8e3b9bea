import * as z from "zod";
import type { AnyOperation } from "../../../shared/api/operation.ts";

/**
 * Answers as real gateways were seen to give them, although no document describes them.
 * - `sparse`: what nobody needs is null or missing, unknown fields are there, lists have no total, file systems' times have
 *   an offset, an update of a vault answers `{}` and a deletion 200 with `{}`
 * - `item`: one item of a page lacks what its document promises
 * - `capped`: pages are smaller than was asked for
 * - `html`: a page of HTML with status 200, of a proxy in between
 */
const oddities = ["sparse", "item", "capped", "html"] as const;

/** What a fault of kind `odd` may say. */
export const oddFields = {
  oddity: z.enum(oddities).optional(),
  /** For `item`: its id; the first of the page when nothing is said. */
  item_id: z.string().optional(),
  /** For `item`: the fields that it lacks; what decisions rest on when nothing is said. */
  lacks: z.array(z.string()).min(1).optional(),
  /** For `capped`. */
  largest_page: z.int().min(1).optional(),
};

const oddFault = z.object(oddFields);
type OddFault = z.output<typeof oddFault>;

export interface Reply {
  readonly status: number;
  readonly type: "application/json" | "text/html";
  readonly body: string;
}

/** The answer with the fault's oddity in it. A capped page is smaller already. */
export function oddReply(operation: AnyOperation, reply: unknown, fault: OddFault | undefined): Reply {
  const { status } = operation;
  const json = (body: unknown, as = status): Reply => ({
    status: as,
    type: "application/json",
    body: body === undefined ? "" : JSON.stringify(body),
  });
  switch (fault?.oddity) {
    case "html":
      return { status: 200, type: "text/html", body: "<html><body>Service maintenance</body></html>" };
    case "sparse":
      if (operation.name === "updateVault" || operation.method === "DELETE") return json({}, 200);
      return json(sparse(withoutTotal(operation, copyOf(reply))));
    case "item":
      return json(withOddItem(operation, copyOf(reply), fault));
    default:
      return json(reply);
  }
}

/** Answers share no part with the world, but may share parts with each other. */
const copyOf = (reply: unknown): unknown => (reply === undefined ? undefined : structuredClone(reply));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function withoutTotal({ list }: AnyOperation, reply: unknown): unknown {
  if (isRecord(reply) && list?.total !== undefined) Reflect.deleteProperty(reply, list.total);
  return reply;
}

const nulled = ["supported_restore_mode", "progress", "bootable", "protect_status", "description"];
/** Undocumented fields that come and go. */
const unknown_fields = {
  cbc_delete_count: 0,
  cross_account_urn: null,
  is_double_az: false,
  partner_bp_id: null,
};

/** Everything that has an id, however deep, as a real gateway writes it. */
function sparse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sparse);
  if (!isRecord(value)) return value;
  const fields = Object.entries(value)
    .filter(([name]) => !isLeftOut(name, value))
    .map(([name, inner]) => [name, sparseField(name, inner, value)]);
  return { ...Object.fromEntries(fields), ...("id" in value && unknown_fields) };
}

/** A vault's object type, and the extra_info of its resources; that of a task or a checkpoint says what it is about. */
const isLeftOut = (name: string, owner: Record<string, unknown>) =>
  (name === "object_type" && "protect_type" in owner) || (name === "extra_info" && "protect_status" in owner);

function sparseField(name: string, value: unknown, owner: Record<string, unknown>): unknown {
  if (nulled.includes(name)) return null;
  if (name === "bind_rules") return {};
  if (name === "os_images_data")
    return Array.isArray(value) && value.length > 0 ? value.map(() => ({})) : null;
  if (owner.resource_type === "OS::Sfs::Turbo" && typeof value === "string") {
    if (name === "protected_at") return value.slice(0, 10);
    if (name.endsWith("_at")) return value.replace(/Z?$/, "+00:00");
  }
  return sparse(value);
}

/** What each list's items cannot be understood without. */
const needed: Readonly<Record<string, readonly string[]>> = {
  listVaults: ["billing"],
  listBackups: ["created_at"],
  listTasks: ["status"],
  listMembers: ["dest_project_id"],
  listPolicies: ["trigger"],
};

function withOddItem({ name, list }: AnyOperation, reply: unknown, { item_id, lacks }: OddFault): unknown {
  if (!isRecord(reply) || list === undefined) return reply;
  const items = reply[list.items] ?? reply[list.otherItems ?? ""];
  if (!Array.isArray(items)) return reply;
  const id = list.id ?? "id";
  const odd = items.filter(isRecord).find((item) => item_id === undefined || item[id] === item_id);
  for (const field of lacks ?? needed[name] ?? [id]) if (odd) Reflect.deleteProperty(odd, field);
  return reply;
}
