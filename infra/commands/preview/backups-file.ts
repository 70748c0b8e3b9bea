import { readFileSync } from "node:fs";
import * as z from "zod";
import { parseRetentionPolicy, type RetentionPolicy } from "../../../shared/retention/policy.ts";
import { CommandFailure } from "../fail.ts";

/** A backup as a preview needs it. Only the first three fields are required; whatever else it carries is kept. */
const text = z.string({ error: "is missing or not a text" });
const child = z.looseObject({
  status: text.nullish(),
  get children() {
    return z.array(child).nullish();
  },
});
const fileBackup = child.extend({
  id: text,
  resource_id: text,
  created_at: text,
  resource_name: z.unknown().optional(),
  resource_size: z.unknown().optional(),
  vault_id: z.unknown().optional(),
});
export type FileBackup = z.output<typeof fileBackup>;

/** Reads the backups file: an array of backups as the provider lists them. Throws CommandFailure. */
export function readBackupsFile(file: string): FileBackup[] {
  const content = readJson(file, "the backups file");
  const parsed = z.array(fileBackup).safeParse(content);
  if (parsed.success) return parsed.data;
  throw new CommandFailure(`the backups file ${file} is refused: ${firstProblem(parsed.error, content)}`);
}

function firstProblem(error: z.ZodError, content: unknown): string {
  const { path = [], message = "" } = error.issues[0] ?? {};
  const [index, ...fields] = path;
  if (index === undefined) return "it must be an array of backups";
  const name = z.array(z.unknown()).parse(content)[Number(index)];
  const { data } = z.looseObject({ id: z.string() }).safeParse(name);
  const which = data ? `backup ${data.id}` : `the backup at index ${String(index)}`;
  return `${which}: ${fields.length > 0 ? `${fields.join(".")} ` : ""}${message}`;
}

/** The size of what a backup protects, in GB; undefined where the file does not say. */
export function resourceSize_gb({ resource_size }: FileBackup): number | undefined {
  const size =
    typeof resource_size === "string" && resource_size !== "" ? Number(resource_size) : resource_size;
  return typeof size === "number" && size >= 0 ? size : undefined;
}

/** What people call the resource of a backup. */
export function resourceName({ resource_id, resource_name }: FileBackup): string {
  return typeof resource_name === "string" && resource_name !== "" ? resource_name : resource_id;
}

/** The decoded content of a JSON file. Throws CommandFailure when there is none, or when it is not JSON. */
function readJson(file: string, what: string): unknown {
  const text = read(file, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandFailure(
      `${what} ${file} is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : String(error);
    throw new CommandFailure(`${what} ${file} cannot be read: ${why}`);
  }
}

/** Reads a policy file: one operation_definition object. Throws CommandFailure. */
export function readPolicyFile(file: string): RetentionPolicy {
  const content = readJson(file, "the policy file");
  try {
    return parseRetentionPolicy(content);
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}
