import * as z from "zod";
import { defineRecord } from "../ledger/record.ts";
import { NotificationRefused } from "./refusal.ts";

const text = z.string().min(1).max(4096);

const common = {
  signature: z.base64().min(1).max(4096),
  topic_urn: text,
  message_id: z.string().min(1).max(128),
  signature_version: z.literal("v1"),
  message: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
  signing_cert_url: text,
};

/** What SMN sends over HTTPS, by its documents (Message Signature Verification). */
const smnMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Notification"), subject: z.string().optional(), ...common }),
  z.object({ type: z.literal("SubscriptionConfirmation"), subscribe_url: text, ...common }),
  z.object({ type: z.literal("UnsubscribeConfirmation"), subscribe_url: text, ...common }),
]);

export type SmnMessage = z.output<typeof smnMessage>;

/** A message is at most 256 KB; inside JSON it may be twice as long. */
const largest_bytes = 600_000;

/** Reads the body of a request; its size is looked at before anything else. Throws NotificationRefused. */
export function readMessage(body: string, isBase64: boolean): SmnMessage {
  const size_bytes = isBase64 ? (body.length * 3) / 4 : Buffer.byteLength(body);
  if (size_bytes > largest_bytes)
    throw new NotificationRefused("size", `${Math.ceil(size_bytes)} bytes, at most ${largest_bytes}`);
  const parsed = smnMessage.safeParse(decode(isBase64 ? Buffer.from(body, "base64").toString("utf8") : body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NotificationRefused("shape", `${issue?.path.join(".") || "the body"}: ${issue?.message}`);
}

function decode(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new NotificationRefused("shape", "the body is not JSON");
  }
}

/** The text that the signature is of: the documented fields by name, each name and each value on its own line. */
export function textToSign(message: SmnMessage): string {
  const { message: content, message_id, timestamp, topic_urn, type } = message;
  const fields: [string, string][] = [
    ["message", content],
    ["message_id", message_id],
  ];
  if (message.type === "Notification") {
    // Left out where it is empty.
    if (message.subject) fields.push(["subject", message.subject]);
  } else {
    fields.push(["subscribe_url", message.subscribe_url]);
  }
  fields.push(["timestamp", timestamp], ["topic_urn", topic_urn], ["type", type]);
  return fields.map(([name, value]) => `${name}\n${value}\n`).join("");
}

/** Longer than any message may be old: after that its time refuses it. */
const memory_ms = 24 * 3_600_000;

/** A message that was taken, so that it is taken once. */
export const seenMessage = defineRecord({
  kind: "notification",
  version: 1,
  schema: z.object({ topic_urn: z.string(), message_id: z.string(), seen_at_ms: z.number().int() }),
  partition: ({ topic_urn }: { readonly topic_urn: string }) => `notifications#${topic_urn}`,
  sort: ({ message_id }: { readonly message_id: string }) => message_id,
  expires_at_ms: ({ seen_at_ms }) => seen_at_ms + memory_ms,
});
