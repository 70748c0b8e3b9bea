import * as z from "zod";
import { isIanaName } from "../retention/zone-name.ts";

/** The words that several parts of an estate are written with. */

export const slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    "expected a name of up to 32 lower-case letters, digits and -, beginning with a letter",
  );

export const providerId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "expected an id as the provider's console shows it");

export const timeZone = z.string().refine(isIanaName, "expected an IANA time zone such as Europe/Berlin");
