import { serve } from "../../shared/lambda/function.ts";
import { implementation } from "./job.ts";

export const handler = serve(implementation);
