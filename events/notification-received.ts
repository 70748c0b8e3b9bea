import * as z from "zod";

const schema = z.object({
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

/**
 * A request to the function URL of ingest-notification, as Lambda hands it over (payload format 2.0), as far as it is
 * read. The provider sends it (SMN over HTTPS); what is in its body is trusted only after it was verified.
 */
export const notificationReceived = {
  name: "notification.received",
  version: 1,
  schema,
  parse: (request: unknown) => schema.parse(request),
  /** Well formed, of a foreign topic: it is refused. */
  example: {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/",
    rawQueryString: "",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-smn-message-type": "Notification",
      "x-smn-message-id": "88c726942175432bac921eafd0036163",
      "x-smn-topic-urn": "urn:smn:eu-de:0123456789abcdef0123456789abcdef:vigil",
    },
    requestContext: { http: { method: "POST", path: "/", protocol: "HTTP/1.1", sourceIp: "192.0.2.1" } },
    body: JSON.stringify({
      type: "Notification",
      signature: "c2lnbmF0dXJl",
      topic_urn: "urn:smn:eu-de:0123456789abcdef0123456789abcdef:vigil",
      message_id: "88c726942175432bac921eafd0036163",
      signature_version: "v1",
      message: "{}",
      subject: "trace",
      timestamp: "2026-11-21T01:07:00Z",
      signing_cert_url: "https://smn.eu-de.myhuaweicloud.com/smn/SMN_eu-de_signing.pem",
    }),
    isBase64Encoded: false,
  },
};
