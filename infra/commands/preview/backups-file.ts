import * as z from "zod";
import { CommandFailure } from "../fail.ts";
import { readJson } from "./json-file.ts";

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
