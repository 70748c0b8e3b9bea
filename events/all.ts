import { auditInstanceFound } from "./audit-instance-found.ts";
import { checkpointDue } from "./checkpoint-due.ts";
import { discoveryDue } from "./discovery-due.ts";
import { hostFound } from "./host-found.ts";
import { nightDue } from "./night-due.ts";
import { notificationReceived } from "./notification-received.ts";
import { phoneBackupFailed } from "./phone-backup-failed.ts";
import { phoneReleaseRequested } from "./phone-release-requested.ts";
import { phoneReleased } from "./phone-released.ts";
import { policiesDue } from "./policies-due.ts";
import { pruneDue } from "./prune-due.ts";
import { pruneVaultDue } from "./prune-vault-due.ts";
import { reportDue } from "./report-due.ts";
import { settleDue } from "./settle-due.ts";

/** One example payload, as it arrives: `events/examples/<name>.json`. */
interface EventExample {
  readonly name: string;
  readonly version: number;
  readonly payload: unknown;
  /** Throws when a payload is not of this kind. */
  readonly parse: (payload: unknown) => unknown;
}

const events = [
  auditInstanceFound,
  checkpointDue,
  discoveryDue,
  hostFound,
  nightDue,
  phoneBackupFailed,
  phoneReleaseRequested,
  phoneReleased,
  policiesDue,
  pruneDue,
  pruneVaultDue,
  reportDue,
  settleDue,
] as const;

/** Every kind of event with its example. No function imports this: its bundle would carry every schema. */
export const eventExamples: readonly EventExample[] = [
  ...events.map((event): EventExample => {
    const { name, version, example, envelope, parse } = event;
    return { name, version, payload: { ...envelope, data: example }, parse };
  }),
  {
    name: notificationReceived.name,
    version: notificationReceived.version,
    payload: notificationReceived.example,
    parse: notificationReceived.parse,
  },
];
