import type { Kind } from "../night/kind.ts";
import { checkpoints } from "./checkpoints/kind.ts";
import { estateChanges } from "./estate/kind.ts";
import { instances } from "./instances/kind.ts";
import { phones } from "./phones/kind.ts";
import { pruning } from "./prune/kind.ts";

/** Every kind of work that the simulation knows. */
export const kinds: readonly Kind[] = [checkpoints, pruning, phones, instances, estateChanges];
