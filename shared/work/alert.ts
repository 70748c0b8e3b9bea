import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import type { Notifier } from "../publish/publisher.ts";

const alertSchema = z.object({
  project: z.string(),
  /** What the alert is about: a rule, one night, one instance, one plan; never the day on which it was found. */
  subject: z.string(),
  /** Why people are told: `night-late`, `nothing-selected`, `project-unreachable`… */
  cause: z.string(),
  state: z.enum(["raised", "cleared"]),
  changed_at_ms: z.number().int(),
  /** How often it was raised. */
  times_raised: z.number().int().min(1),
});

type Alert = z.output<typeof alertSchema>;
type AlertId = Pick<Alert, "project" | "subject" | "cause">;

const alertRecord = defineRecord({
  kind: "alert",
  version: 1,
  schema: alertSchema,
  partition: perProject("alerts"),
  sort: ({ subject, cause }: AlertId) => `${subject}#${cause}`,
});

interface Told {
  readonly ledger: Ledger;
  readonly publisher: Notifier;
  readonly now_ms: number;
}

/**
 * Notifies people of a cause once, however often it is found, until it is cleared; after that it rings again. They are
 * notified before that is written down: when a function dies in between they are notified twice, which is better than
 * never.
 */
export async function raise(
  { ledger, publisher, now_ms }: Told,
  alert: AlertId & { text: string },
): Promise<void> {
  const { text, ...id } = alert;
  const seen = await alertRecord.read(ledger, id);
  if (seen?.value.state === "raised") return;
  await publisher.notify({
    subject: subjectLine("Vigil", alert),
    text,
    attributes: { kind: "alert", project: alert.project, cause: alert.cause, state: "raised" },
  });
  const times_raised = (seen?.value.times_raised ?? 0) + 1;
  const raised: Alert = { ...id, state: "raised", changed_at_ms: now_ms, times_raised };
  await alertRecord.put(ledger, seen, raised);
}

/** Notifies people that a cause they know of is gone; says nothing when they were never notified of it. */
export async function clear(
  { ledger, publisher, now_ms }: Told,
  alert: AlertId & { text: string },
): Promise<void> {
  const { text, ...id } = alert;
  const seen = await alertRecord.read(ledger, id);
  if (seen?.value.state !== "raised") return;
  await publisher.notify({
    subject: subjectLine("Vigil, cleared", alert),
    text,
    attributes: { kind: "alert", project: alert.project, cause: alert.cause, state: "cleared" },
  });
  await alertRecord.replace(ledger, seen, { ...seen.value, state: "cleared", changed_at_ms: now_ms });
}

/** One line that says what a message is about. */
export function subjectLine(prefix: string, { project, cause, subject }: AlertId): string {
  return `${prefix}: ${cause} in ${project} (${subject})`;
}
