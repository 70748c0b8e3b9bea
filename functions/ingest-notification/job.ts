import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import type { notificationReceived } from "../../events/notification-received.ts";
import type { Clock } from "../../shared/core/clock.ts";
import type { Estate, Project } from "../../shared/estate/estate.ts";
import type { Deps } from "../../shared/lambda/deps.ts";
import { implementAddress } from "../../shared/lambda/implement.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { trustedRoots } from "../../shared/notifications/chain.ts";
import { httpsFetcher } from "../../shared/notifications/fetch.ts";
import { readMessage, type SmnMessage, seenMessage } from "../../shared/notifications/message.ts";
import { NotificationRefused, type RefusalReason } from "../../shared/notifications/refusal.ts";
import { eventOfTrace, type MappedEvent } from "../../shared/notifications/trace.ts";
import {
  allowedUrl,
  notificationHosts,
  notificationRoots,
  type Verifying,
  verifyMessage,
} from "../../shared/notifications/verify.ts";
import type { Queue } from "../../shared/queue/queue.ts";
import { definition } from "./definition.ts";

type Request = ReturnType<typeof notificationReceived.parse>;

interface IngestDeps extends Verifying {
  readonly estate: Estate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly queues: Readonly<Record<MappedEvent["queue"], Queue>>;
}

/** What became of a request: its status, and what to count. */
interface Ingested {
  readonly status: number;
  readonly did: "sent" | "subscribed" | "ignored" | "refused";
  readonly reason?: RefusalReason;
  readonly detail?: string;
}

/**
 * Takes one message of the provider: size, topic, hosts, time, certificate, signature and id are checked in this order,
 * and nothing is written or sent before all of them hold. It can only ask for a look at something; it releases nothing.
 */
export async function ingestNotification(
  { body = "", isBase64Encoded, requestContext }: Request,
  deps: IngestDeps,
): Promise<Ingested> {
  try {
    const { method } = requestContext.http;
    if (method !== "POST") throw new NotificationRefused("method", method);
    const message = readMessage(body, isBase64Encoded);
    const project = projectOfTopic(message, deps.estate);
    await verifyMessage(message, deps, deps.clock.now());
    return await once(message, deps, () => take(message, project, deps));
  } catch (error) {
    if (!(error instanceof NotificationRefused)) throw error;
    return { status: error.status, did: "refused", reason: error.reason, detail: error.message };
  }
}

function projectOfTopic({ topic_urn }: SmnMessage, { projects }: Estate): Project {
  const project = projects.find(({ instances }) => instances.notifications?.topics.includes(topic_urn));
  if (!project) throw new NotificationRefused("topic", "the estate names no such topic");
  return project;
}

/** Does something for a message that was not seen before. When it fails the message is forgotten, so that it may come again. */
async function once(
  { topic_urn, message_id }: SmnMessage,
  { ledger, clock }: IngestDeps,
  run: () => Promise<Ingested>,
): Promise<Ingested> {
  const seen = await seenMessage.create(ledger, { topic_urn, message_id, seen_at_ms: clock.now() });
  if (seen === "conflict") throw new NotificationRefused("replay", "this message was seen before");
  try {
    return await run();
  } catch (error) {
    await seenMessage.remove(ledger, seen);
    throw error;
  }
}

async function take(
  message: SmnMessage,
  project: Project,
  { queues, fetcher, hosts }: IngestDeps,
): Promise<Ingested> {
  if (message.type === "UnsubscribeConfirmation") return { status: 200, did: "ignored" };
  if (message.type === "SubscriptionConfirmation") {
    const url = allowedUrl(message.subscribe_url, hosts);
    const { status } = await fetcher(url);
    if (status !== 200)
      throw new Error(`${url.host} answered ${status} to the confirmation of a subscription`);
    return { status: 200, did: "subscribed" };
  }
  const event = eventOfTrace(message.message, project);
  if (!event) return { status: 200, did: "ignored" };
  await queues[event.queue].send([{ body: event.body }]);
  return { status: 200, did: "sent" };
}

/** Made at the first request, and kept: certificates that were looked at need not be looked at again. */
const known = new WeakMap<Estate, Verifying>();

function verifyingFor(estate: Estate): Verifying {
  const verifying = known.get(estate) ?? {
    fetcher: httpsFetcher,
    hosts: notificationHosts(estate),
    roots: trustedRoots(notificationRoots(estate)),
    cache: new Map(),
  };
  known.set(estate, verifying);
  return verifying;
}

function ingest(request: Request, deps: Deps<typeof definition>): Promise<Ingested> {
  const queues = { audit: deps.queueOf(auditInstanceFound), host: deps.queueOf(hostFound) };
  return ingestNotification(request, { ...deps, ...verifyingFor(deps.estate), queues });
}

export const implementation = implementAddress(definition, ingest, {
  measure: ({ did }) => [
    { name: did === "refused" ? "NotificationsRefused" : "NotificationsTaken", value: 1 },
  ],
});
