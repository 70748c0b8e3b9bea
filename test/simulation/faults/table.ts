import { checkpointFaults } from "./checkpoints.ts";
import type { PlantedFault } from "./fault.ts";
import { instanceFaults } from "./instances.ts";
import { protocolFaults } from "./protocol.ts";
import { pruneFaults } from "./prune.ts";
import { laterFaults, toldFaults } from "./told.ts";

/** Every mistake that the simulation must find. */
export const faults: readonly PlantedFault[] = [
  ...protocolFaults,
  ...checkpointFaults,
  ...pruneFaults,
  ...instanceFaults,
  ...toldFaults,
  ...laterFaults,
];
