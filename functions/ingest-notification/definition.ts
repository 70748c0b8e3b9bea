import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import { notificationReceived } from "../../events/notification-received.ts";
import { defineFunction } from "../../shared/lambda/definition.ts";

/** A notification takes a tenth of a second: fifty in a second are more than all instances of an estate ever cause. */
const PUBLIC_INVOCATIONS = 5;

/** Its address is what `aws lambda get-function-url-config` says; the provider's topic (SMN) is subscribed to it. */
export const definition = defineFunction({
  name: "ingest-notification",
  description: "Takes the provider's notifications; may only ask for a look at something",
  trigger: {
    on: "url",
    event: notificationReceived,
    concurrency: ({ projects }) =>
      projects.some(({ instances }) => instances.notifications !== undefined) ? PUBLIC_INVOCATIONS : 0,
  },
  ledger: ["read", "write", "remove"],
  sends: [auditInstanceFound, hostFound],
  measures: ["NotificationsTaken", "NotificationsRefused"],
  timeout_s: 20,
  memory_mb: 512,
});
