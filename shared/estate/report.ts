import * as z from "zod";
import { timeZone } from "./fields.ts";
import { cronSchema } from "./schedule.ts";
import { objectTypes } from "./selection.ts";

/** The morning's coverage report. */
export const reportSchema = z.strictObject({
  schedule: z
    .strictObject({
      /** After the deadlines of the nights, so that it can say how they ended. */
      cron: cronSchema.default("0 8 * * *"),
      /** Default: that of the first project. */
      timezone: timeZone.optional(),
    })
    .prefault({}),
  /** ISO 4217, for example EUR. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "expected a currency of three capitals such as EUR")
    .optional(),
  /** What a GB of vault capacity costs a month, by object type; what is not named is not estimated. */
  prices_per_gb_month: z.partialRecord(z.enum(objectTypes), z.number().min(0)).default({}),
});

export type ReportSettings = z.output<typeof reportSchema>;
