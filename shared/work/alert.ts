import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import type { Notifier } from "../runtime/publisher.ts";

const alertSchema = z.object({
  project: z.string(),
  /** What the alert is about: one night, one instance, one plan. */
  subject: z.string(),
  /** Why people are told: `night-late`, `nothing-selected`, `project-unreachable`… */
  cause: z.string(),
  state: z.enum(["raised", "cleared"]),
  changed_at_ms: z.number().int(),
});

type Alert = z.output<typeof alertSchema>;
type AlertId = Pick<Alert, "project" | "subject" | "cause">;

const alertRecord = defineRecord({
  kind: "alert",
  version: 1,
  schema: alertSchema,
  idOf: (alert): AlertId => alert,
  key: ({ project, subject, cause }: AlertId) => ({
    partition: `alerts#${project}`,
    sort: `${subject}#${cause}`,
  }),
});

interface Told {
  readonly ledger: Ledger;
  readonly publisher: Notifier;
  readonly now_ms: number;
}

/**
 * Tells people of a cause once per subject, however often it is found. People are told before that is written down:
 * when a function dies in between they are told twice, which is better than never.
 */
export async function raise(
  { ledger, publisher, now_ms }: Told,
  alert: AlertId & { text: string },
): Promise<void> {
  const { text, ...id } = alert;
  if (await alertRecord.read(ledger, id)) return;
  await publisher.notify({
    subject: subjectLine("Vigil", alert),
    text,
    attributes: { kind: "alert", project: alert.project, cause: alert.cause, state: "raised" },
  });
  await alertRecord.create(ledger, { ...id, state: "raised", changed_at_ms: now_ms });
}

/** Tells people that a cause they were told of is gone; says nothing when they were not. */
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

/** SNS takes at most 100 characters of ASCII without line breaks. */
export function subjectLine(prefix: string, { project, cause, subject }: AlertId): string {
  return `${prefix}: ${cause} in ${project} (${subject})`.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
}
