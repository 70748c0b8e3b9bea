import { Temporal } from "temporal-polyfill";
import * as z from "zod";
import type { AuditRules } from "../estate/instances.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import { nextAttempt, plan, reopen, settle } from "../work/transitions.ts";
import { isOpen, workSchema } from "../work/work.ts";

/** A database-audit instance and its automatic backup. */
const auditSchema = z.object({
  project: z.string(),
  instance_id: z.string(),
  first_seen_at_ms: z.number().int(),
  /** When it was first missing from a complete list of instances. */
  gone_at_ms: z.number().int().nullable(),
  /** The estate says that somebody has set it by hand. */
  by_hand: z.boolean(),
  work: workSchema,
  /** The attempt with which it was last begun (again): a limit counts from there. */
  begun_at_attempt: z.number().int(),
  /** The provider's first backup was asked for at this time; by then, and a little, the status must say that it works. */
  trigger_at_ms: z.number().int().nullable(),
});

export type Audit = z.output<typeof auditSchema>;

interface AuditId {
  readonly project: string;
  readonly instance_id: string;
}

export const auditRecord = defineRecord({
  kind: "audit-instance",
  version: 1,
  schema: auditSchema,
  partition: perProject("audit"),
  sort: ({ instance_id }: AuditId) => instance_id,
});

/** All audit instances of a project that were ever seen, strongly consistent. */
export const auditsOf = (ledger: Ledger, project: string) => auditRecord.all(ledger, { project });

/** A failed instance is tried again after so long. */
const failedAgain_ms = 24 * 3_600_000;
/** The provider's first backup may take so long until the status says that it worked. */
const confirmWithin_ms = 2 * 3_600_000;
const mostAttempts = 3;

const byHandReason = "by-hand: the estate marks it as set by hand";

/** An instance as it is when it is first seen. Its backup is looked for before it is switched on: it may be on already. */
export function newAudit(id: AuditId, rules: AuditRules, now_ms: number): Audit {
  const by_hand = rules.by_hand.includes(id.instance_id);
  const work = plan(now_ms, { look_first: true });
  return {
    project: id.project,
    instance_id: id.instance_id,
    first_seen_at_ms: now_ms,
    gone_at_ms: null,
    by_hand,
    work: by_hand ? settle(work, { now_ms, outcome: "skipped", reason: byHandReason }) : work,
    begun_at_attempt: 1,
    trigger_at_ms: null,
  };
}

/** What is to be done about an instance that is known and was seen again. Pure; the same object when nothing is. */
export function seenAudit(audit: Audit, rules: AuditRules, now_ms: number): Audit {
  const by_hand = rules.by_hand.includes(audit.instance_id);
  const here: Audit = audit.gone_at_ms === null ? audit : { ...audit, gone_at_ms: null };
  if (by_hand) {
    if (here.by_hand) return here;
    return {
      ...here,
      by_hand,
      work: settle(here.work, { now_ms, outcome: "skipped", reason: byHandReason }),
    };
  }
  if (isOpen(here.work)) return here.by_hand ? { ...here, by_hand } : here;
  const failed = here.work.settled?.outcome !== "done" && !here.by_hand;
  const long = now_ms >= (here.work.settled?.at_ms ?? 0) + failedAgain_ms;
  const again = here.by_hand || (failed && (long || audit.gone_at_ms !== null));
  if (!again) return here;
  const work = { ...reopen(here.work, now_ms), look_first: true };
  return { ...here, by_hand, work, begun_at_attempt: work.attempt };
}

/** Whether an instance that a listing shows needs a message. Pure. */
export const auditNeedsLook = (audit: Audit | undefined, rules: AuditRules, now_ms: number): boolean =>
  audit === undefined || seenAudit(audit, rules, now_ms) !== audit;

/** Brings an instance that was switched on up to date with the provider's status (1: it works). Pure. */
export function confirmAudit(audit: Audit, status: number, now_ms: number): Audit {
  if (audit.work.state !== "accepted") return audit;
  if (status === 1) return { ...audit, work: settle(audit.work, { now_ms, outcome: "done" }) };
  const due_ms = audit.trigger_at_ms ?? audit.work.accepted?.at_ms ?? now_ms;
  if (now_ms < due_ms + confirmWithin_ms) return audit;
  if (audit.work.attempt - audit.begun_at_attempt + 1 < mostAttempts)
    return { ...audit, work: nextAttempt(audit.work, { not_before_ms: now_ms }) };
  const reason = `the backup status was still ${status} after ${mostAttempts} attempts`;
  return {
    ...audit,
    work: settle(audit.work, { now_ms, outcome: "failed", code: "unconfirmed", reason }),
  };
}

/** The trigger must not have passed when the request arrives. */
const margin_ms = 5 * 60_000;

/**
 * The next time that it is the estate's time of day in its zone, as the provider takes it (`yyyy-MM-dd HH:mm:ss`,
 * local). A time that the zone skips on that day is the first one after the gap.
 */
export function nextTrigger(
  { trigger_time, timezone }: Pick<AuditRules, "trigger_time"> & { timezone: string },
  now_ms: number,
): { readonly text: string; readonly at_ms: number } {
  const earliest = Temporal.Instant.fromEpochMilliseconds(now_ms + margin_ms);
  const time = Temporal.PlainTime.from(trigger_time);
  let date = earliest.toZonedDateTimeISO(timezone).toPlainDate();
  for (;;) {
    const at = date.toZonedDateTime({ timeZone: timezone, plainTime: time });
    if (Temporal.Instant.compare(at.toInstant(), earliest) >= 0) {
      const local = at.toPlainDateTime().toString({ smallestUnit: "second" });
      return { text: local.replace("T", " "), at_ms: at.epochMilliseconds };
    }
    date = date.add({ days: 1 });
  }
}
