import type { InjectedBug } from "./bug.ts";
import { checkpointBugs } from "./checkpoints.ts";
import { instanceBugs } from "./instances.ts";
import { protocolBugs } from "./protocol.ts";
import { pruneBugs } from "./prune.ts";
import { laterFaults, toldFaults } from "./told.ts";

/** Every mistake that the simulation must find. */
export const faults: readonly InjectedBug[] = [
  ...protocolBugs,
  ...checkpointBugs,
  ...pruneBugs,
  ...instanceBugs,
  ...toldFaults,
  ...laterFaults,
];
