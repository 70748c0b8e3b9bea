import { serve } from "../../shared/runtime/function.ts";
import { implementation } from "./job.ts";

export const handler = serve(implementation);
