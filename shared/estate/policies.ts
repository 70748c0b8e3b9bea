import * as z from "zod";
import { operationDefinition } from "../api/operations/cbr/policy.ts";
import { scheduleProblem } from "./policy-schedule.ts";
import { selectionSchema } from "./selection.ts";

/** Scheduling rules as the provider takes them, in UTC: `FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=14;BYMINUTE=00`. */
const schedule = z
  .array(z.string().min(1).max(256))
  .min(1)
  .superRefine((rules, context) => {
    const message = scheduleProblem(rules);
    if (message) context.addIssue({ code: "custom", message });
  });

const policyFields = {
  enabled: z.boolean().default(true),
  /** What the policy keeps, in the provider's fields; what is left out is not in force. */
  retention: operationDefinition,
  schedule,
};

/** A policy of the backup service, known by its name. */
const cbrPolicy = z.strictObject({
  name: z.string().regex(/^[\p{L}\p{N}_-]{1,64}$/u, "expected 1 to 64 letters, digits, _ and -"),
  ...policyFields,
  /** The vaults that follow it. Left out: its vaults are not looked at. */
  vaults: selectionSchema.optional(),
});

export type CbrPolicyRules = z.output<typeof cbrPolicy>;

/** The one policy of the vault that host security uses. */
const hssPolicy = z.strictObject(policyFields);

/** Policies that must be as they are written here. Those that are not named are left alone. */
export const policiesSchema = z.strictObject({
  hss: hssPolicy.optional(),
  cbr: z
    .array(cbrPolicy)
    .max(32, "a project has at most 32 policies")
    .refine((policies) => new Set(policies.map(({ name }) => name)).size === policies.length, {
      message: "two policies have the same name",
    })
    .default([]),
});
