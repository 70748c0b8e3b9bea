import type { RetentionPolicy } from "../../../shared/retention/policy.ts";
import type { Instant } from "../../../shared/retention/refusal.ts";
import type { FileSource } from "./arguments.ts";
import { type FileBackup, readBackupsFile, readPolicyFile } from "./backups-file.ts";
import { type Decide, policyRetention, type Retention, underPolicy } from "./retention.ts";

/** What a preview is about. */
export interface Subject {
  /** For people: where the backups come from, and what is left out. */
  readonly about: readonly string[];
  readonly backups: readonly FileBackup[];
  readonly retention: Retention;
  /** How any other policy would decide on these backups. */
  readonly under: (policy: RetentionPolicy) => Decide;
  readonly now: Instant;
}

/** A file of backups, whosever they are. Throws CommandFailure. */
export function readFiles({ policy: file, backups, now }: FileSource): Subject {
  const policy = readPolicyFile(file);
  return {
    about: [],
    backups: readBackupsFile(backups),
    retention: policyRetention(file, policy, underPolicy(policy)),
    under: underPolicy,
    now,
  };
}
