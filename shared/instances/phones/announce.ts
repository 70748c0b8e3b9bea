import { phoneBackupFailed } from "../../../events/phone-backup-failed.ts";
import { phoneReleased } from "../../../events/phone-released.ts";
import type { Notification } from "../../publish/publisher.ts";
import { subjectLine } from "../../work/alert.ts";
import { eventIdOf, type Phone } from "./phone.ts";

/** The one event that ends a release, as a message for the topic; undefined while it has not ended. Pure. */
export function announcementOf(phone: Phone): Notification | undefined {
  const { project, instance_id, release_id, call, work } = phone;
  if (!work.settled) return undefined;
  const { outcome, code, reason, at_ms } = work.settled;
  const event_id = eventIdOf(phone);
  const at = new Date(at_ms).toISOString();
  const common = { event_id, project, instance_id, release_id };
  const kind = outcome === "done" ? phoneReleased.name : phoneBackupFailed.name;
  return {
    subject: subjectLine("Vigil", { project, cause: kind, subject: instance_id }),
    text:
      outcome === "done"
        ? phoneReleased.create({
            ...common,
            task_id: call?.task_id ?? "",
            job_id: call?.job_id ?? "",
            confirmed_at: at,
          })
        : phoneBackupFailed.create({
            ...common,
            code: code ?? outcome,
            reason: reason ?? "no reason was recorded",
            attempts: work.attempt,
            failed_at: at,
          }),
    attributes: { kind, project, event_id },
  };
}
