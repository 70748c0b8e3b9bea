import { notificationReceived } from "../../events/notification-received.ts";
import { trustedRoots } from "../../shared/notifications/chain.ts";
import { httpsFetcher } from "../../shared/notifications/fetch.ts";
import { notificationHosts, notificationRoots } from "../../shared/notifications/hosts.ts";
import { awsLedger, awsQueue } from "../../shared/runtime/aws.ts";
import { clockFromEnvironment } from "../../shared/runtime/clock-from-environment.ts";
import { readEnvironment } from "../../shared/runtime/environment.ts";
import { once } from "../../shared/runtime/parallel.ts";
import { urlFunction } from "../../shared/runtime/url-function.ts";
import { environment } from "./environment.ts";
import { ingestNotification } from "./job.ts";

const { TABLE_NAME, AUDIT_QUEUE_URL, HOST_QUEUE_URL } = readEnvironment(environment, process.env);
const clock = clockFromEnvironment(process.env);
/** Made at the first request, and kept: certificates that were looked at need not be looked at again. */
const surroundings = once(async () => {
  const { readEstate } = await import("../../shared/runtime/estate-file.ts");
  const estate = await readEstate(new URL(".", import.meta.url));
  return {
    clock,
    estate,
    ledger: awsLedger(TABLE_NAME, clock),
    queues: { audit: awsQueue(AUDIT_QUEUE_URL, clock), host: awsQueue(HOST_QUEUE_URL, clock) },
    fetcher: httpsFetcher,
    hosts: notificationHosts(estate),
    roots: trustedRoots(notificationRoots(estate)),
    cache: new Map(),
  };
});

/** The provider's notifications (SMN over HTTPS). It holds no credential of the provider. */
export const handler = urlFunction({
  request: notificationReceived.schema,
  job: async (request, { metrics }) => {
    const ingested = await ingestNotification(request, await surroundings());
    metrics.addMetric(ingested.did === "refused" ? "NotificationsRefused" : "NotificationsTaken", "Count", 1);
    return ingested;
  },
});
