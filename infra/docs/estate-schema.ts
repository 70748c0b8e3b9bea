import * as z from "zod";
import { estateSchema } from "../../shared/estate/estate.ts";

/** The JSON Schema by which editors complete and check an estate file. What only synth can see is not in it. */
export function renderEstateSchema(): string {
  const schema = z.toJSONSchema(estateSchema, { io: "input", unrepresentable: "any" });
  return `${JSON.stringify({ title: "Vigil estate", ...schema }, null, 2)}\n`;
}
