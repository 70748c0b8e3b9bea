import * as z from "zod";
import { percentEncode } from "./path.ts";

const text = z.string().min(1);

/** An access key; a temporary one comes with its security token. */
const accessKeySchema = z.strictObject({
  kind: z.literal("aksk"),
  ak: text,
  sk: text,
  securityToken: text.optional(),
});

/** An IAM user's password; `domain` is the name of the account. */
const passwordSchema = z.strictObject({ kind: z.literal("token"), user: text, password: text, domain: text });

/** What the provider's secret holds: one JSON object, told apart by `kind`. */
const credentialSchema = z.discriminatedUnion("kind", [accessKeySchema, passwordSchema]);

export type Credential = z.output<typeof credentialSchema>;
export type AccessKey = z.output<typeof accessKeySchema>;
export type Password = z.output<typeof passwordSchema>;

/** Reads a credential from a secret's text. What it throws names fields, and never what they hold. */
export function parseCredential(secret: string): Credential {
  const parsed = credentialSchema.safeParse(parseSecret(secret));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.map(String).join(".") || "the object itself");
  throw new TypeError(
    'the provider\'s secret must be { "kind": "aksk", "ak", "sk", "securityToken"? } or ' +
      `{ "kind": "token", "user", "password", "domain" }; look at: ${fields.join(", ")}`,
  );
}

function parseSecret(secret: string): unknown {
  try {
    return JSON.parse(secret);
  } catch {
    // The parser's own message quotes what it read.
    throw new TypeError("the provider's secret is not JSON");
  }
}

const HIDDEN = "[redacted]";

/** Gives a function that takes the given secrets, as they are, percent-encoded or inside JSON, out of a text. */
export function redactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret === "") continue;
    forms.add(secret).add(percentEncode(secret)).add(JSON.stringify(secret).slice(1, -1));
  }
  // The longest first: one form may be part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
}
