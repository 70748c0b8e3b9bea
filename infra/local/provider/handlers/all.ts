import type { cbr, dbss, hss, iam, koophone } from "../../../../shared/api/operations/all.ts";
import { backupHandlers } from "./backups.ts";
import { checkpointHandlers } from "./checkpoints.ts";
import { dbssHandlers } from "./dbss.ts";
import type { Handlers } from "./handler.ts";
import { hssHandlers } from "./hss.ts";
import { iamHandlers } from "./iam.ts";
import { koophoneHandlers } from "./koophone.ts";
import { memberHandlers } from "./members.ts";
import { policyHandlers } from "./policies.ts";
import { protectableHandlers } from "./protectables.ts";
import { tagHandlers } from "./tags.ts";
import { vaultHandlers } from "./vaults.ts";

const cbrHandlers: Handlers<typeof cbr> = {
  ...vaultHandlers,
  ...tagHandlers,
  ...checkpointHandlers,
  ...backupHandlers,
  ...memberHandlers,
  ...policyHandlers,
  ...protectableHandlers,
};

/** Every operation's handler, by service and name. An operation without one does not compile. */
export const handlers: {
  readonly cbr: Handlers<typeof cbr>;
  readonly iam: Handlers<typeof iam>;
  readonly dbss: Handlers<typeof dbss>;
  readonly hss: Handlers<typeof hss>;
  readonly koophone: Handlers<typeof koophone>;
} = {
  cbr: cbrHandlers,
  iam: iamHandlers,
  dbss: dbssHandlers,
  hss: hssHandlers,
  koophone: koophoneHandlers,
};
