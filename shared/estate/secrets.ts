import * as z from "zod";

/** What a function may do at the provider decides which credential it reads. */
export const roles = ["observe", "checkpoint", "prune", "instances"] as const;
export type Role = (typeof roles)[number];

/** Names of secrets in Secrets Manager, one per role; never the secrets themselves. */
export const secretNames = z.strictObject(
  Object.fromEntries(roles.map((role) => [role, secretName()])) as Record<
    Role,
    ReturnType<typeof secretName>
  >,
);

function secretName() {
  return z
    .string()
    .regex(
      /^[\w/+=.@-]{1,128}$/,
      "expected the name of a secret in Secrets Manager: 1 to 128 of letters, digits and /_+=.@-",
    )
    .refine(
      (name) => !looksLikeKey(name),
      "this looks like a key itself: put it into Secrets Manager and write its name here",
    );
}

/** Access keys of the provider are 20 upper-case letters and digits, secret keys 40 letters and digits. */
function looksLikeKey(text: string): boolean {
  return /^[A-Z0-9]{20}$/.test(text) || /^[A-Za-z0-9+/]{40}$/.test(text);
}
