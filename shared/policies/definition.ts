import type * as z from "zod";
import type { operationDefinition } from "../api/operations/cbr/policy.ts";

/** A policy's `operation_definition`, as requests carry it. */
export type OperationDefinition = z.input<typeof operationDefinition>;
