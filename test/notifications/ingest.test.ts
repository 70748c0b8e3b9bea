import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import { notificationReceived } from "../../events/notification-received.ts";
import { ingestNotification } from "../../functions/ingest-notification/job.ts";
import { memoryLedger } from "../../shared/ledger/memory.ts";
import { trustedRoots } from "../../shared/notifications/chain.ts";
import { readMessage, textToSign } from "../../shared/notifications/message.ts";
import { type Fetched, notificationHosts } from "../../shared/notifications/verify.ts";
import { instancesCloud } from "../instances/cloud.ts";
import { type Authority, certify, sign } from "./certificates.ts";

const topic = "urn:smn:eu-de:0123456789abcdef0123456789abcdef:traces";
const certificateUrl = "https://smn.eu-de.myhuaweicloud.com/smn/SMN_eu-de_1.pem";
const instance_id = "6b12c4f09d3e4a5f8a7b6c5d4e3f2a1b";

const created = {
  service_type: "DBSS",
  resource_type: "dbss",
  trace_name: "createInstance",
  resource_id: instance_id,
  trace_rating: "normal",
};

let root: Authority;
let middle: Authority;
let signer: Authority;
let stranger: Authority;

beforeAll(async () => {
  root = await certify({ name: "Root of this test", authority: true });
  middle = await certify({ name: "Middle", authority: true, issuer: root });
  signer = await certify({ name: "SMN", issuer: middle });
  stranger = await certify({ name: "Stranger", authority: true });
});

/** The function in the hands of a test: everything that it could change or contact is written down. */
function ingest() {
  const { clock, estate } = instancesCloud({
    instances: { audit: { bucket_name: "audits" }, hosts: {}, notifications: { topics: [topic] } },
  });
  const sent: string[] = [];
  const contacted: string[] = [];
  const pages = new Map<string, Fetched>([[certificateUrl, { status: 200, body: signer.pem + middle.pem }]]);
  const ledger = memoryLedger(clock.now);
  const queue = {
    send: async (messages: readonly { body: string }[]) =>
      void sent.push(...messages.map(({ body }) => body)),
  };
  const deps = {
    estate,
    ledger,
    clock,
    queues: { audit: queue, host: queue },
    hosts: notificationHosts(estate),
    roots: trustedRoots([root.pem]),
    cache: new Map(),
    fetcher: async (url: URL) => {
      contacted.push(url.href);
      return pages.get(url.href) ?? { status: 404, body: "" };
    },
  };
  const seenInLedger = async () =>
    (await Array.fromAsync(ledger.list({ partition: `notifications#${topic}` }))).length;
  return {
    clock,
    sent,
    contacted,
    pages,
    deps,
    seenInLedger,
    send: (body: string, method = "POST") =>
      ingestNotification({ body, isBase64Encoded: false, requestContext: { http: { method } } }, deps),
    /** A message as the provider sends it, changed before (`fields`) or after (`forged`) it is signed. */
    message: (fields: Record<string, unknown> = {}, { by = signer, forged = {} } = {}) => {
      const unsigned = {
        type: "Notification",
        topic_urn: topic,
        message_id: "88c726942175432bac921eafd0036163",
        signature_version: "v1",
        message: JSON.stringify(created),
        subject: "trace",
        timestamp: new Date(clock.now()).toISOString(),
        signing_cert_url: certificateUrl,
        signature: "AAAA",
        ...fields,
      };
      const text = textToSign(readMessage(JSON.stringify(unsigned), false));
      return JSON.stringify({ ...unsigned, signature: sign(text, by), ...forged });
    },
  };
}

let night: ReturnType<typeof ingest>;
beforeEach(() => {
  night = ingest();
});

/** Nothing was sent, nothing is remembered, and nobody outside the list was contacted. */
async function nothingHappened() {
  expect(night.sent).toEqual([]);
  expect(await night.seenInLedger()).toBe(0);
  expect(night.contacted.filter((url) => new URL(url).host !== "smn.eu-de.myhuaweicloud.com")).toEqual([]);
}

describe("a message of the provider", () => {
  test("about a new audit instance becomes its event", async () => {
    expect(await night.send(night.message())).toMatchObject({ status: 200, did: "sent" });
    expect(night.sent.map((body) => auditInstanceFound.parse(body))).toEqual([
      { project: "demo", instance_id },
    ]);
    expect(night.contacted).toEqual([certificateUrl]);
  });

  test("about a host that is protected now becomes its event", async () => {
    const opened = {
      ...created,
      service_type: "HSS",
      trace_name: "openHostsProtectStatus",
      resource_id: "host-1",
    };
    await night.send(night.message({ message: JSON.stringify(opened) }));
    expect(night.sent.map((body) => hostFound.parse(body))).toEqual([{ project: "demo", host_id: "host-1" }]);
  });

  test.each([
    ["is no trace", "hello"],
    ["is another trace", JSON.stringify({ ...created, trace_name: "deleteInstance" })],
    ["failed", JSON.stringify({ ...created, trace_rating: "warning" })],
    [
      "names an instance by an id that the provider cannot be asked of",
      JSON.stringify({ ...created, resource_id: "audit-1" }),
    ],
    ["is of another project", JSON.stringify({ ...created, project_id: "another" })],
    [
      "asks for a release",
      JSON.stringify({ ...created, service_type: "KooPhone", trace_name: "releaseInstance" }),
    ],
  ])("that %s is taken and does nothing", async (_, message) => {
    expect(await night.send(night.message({ message }))).toMatchObject({ status: 200, did: "ignored" });
    expect(night.sent).toEqual([]);
  });

  test("without a subject is signed without one", async () => {
    expect((await night.send(night.message({ subject: undefined }))).status).toBe(200);
    expect((await night.send(night.message({ subject: "", message_id: "2" }))).status).toBe(200);
  });

  test("that asks to confirm a subscription is answered at the provider, once", async () => {
    const subscribe_url = "https://smn.eu-de.myhuaweicloud.com/smn/subscription/confirm?token=abc";
    night.pages.set(subscribe_url, { status: 200, body: "" });
    const confirmation = night.message({ type: "SubscriptionConfirmation", subscribe_url });
    expect(await night.send(confirmation)).toMatchObject({ status: 200, did: "subscribed" });
    expect(night.contacted).toEqual([certificateUrl, subscribe_url]);
    expect((await night.send(confirmation)).status).toBe(409);
    expect(night.contacted).toHaveLength(2);
  });

  test("that could not be passed on may come again", async () => {
    const { deps } = night;
    const broken = { send: async () => Promise.reject(new Error("no queue")) };
    const body = night.message();
    const request = { body, isBase64Encoded: false, requestContext: { http: { method: "POST" } } };
    const queues = { audit: broken, host: broken };
    await expect(ingestNotification(request, { ...deps, queues })).rejects.toThrow("no queue");
    expect((await night.send(body)).status).toBe(200);
  });
});

describe("a message that is not", () => {
  test("JSON, POST or of the documented shape is refused unread", async () => {
    expect(await night.send("{", "POST")).toMatchObject({ status: 400, reason: "shape" });
    expect(await night.send(night.message(), "GET")).toMatchObject({ status: 405 });
    expect(await night.send(JSON.stringify({ type: "Notification" }))).toMatchObject({ status: 400 });
    expect(await night.send(notificationReceived.example.body)).toMatchObject({
      status: 403,
      reason: "topic",
    });
    expect(night.contacted).toEqual([]);
    await nothingHappened();
  });

  test("small is refused before it is parsed", async () => {
    const large = `{"type":"Notification","message":"${"x".repeat(700_000)}`;
    expect(await night.send(large)).toMatchObject({ status: 413, reason: "size" });
    const encoded = {
      body: "A".repeat(900_000),
      isBase64Encoded: true,
      requestContext: { http: { method: "POST" } },
    };
    expect(await ingestNotification(encoded, night.deps)).toMatchObject({ status: 413 });
    await nothingHappened();
  });

  test.each(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])(
    "of a topic of the estate is refused, whatever its type (%s)",
    async (type) => {
      const foreign = night.message({
        type,
        topic_urn: "urn:smn:eu-de:0123456789abcdef0123456789abcdef:other",
        subscribe_url: "https://smn.eu-de.myhuaweicloud.com/smn/subscription/confirm",
      });
      expect(await night.send(foreign)).toMatchObject({ status: 403, reason: "topic" });
      expect(night.contacted).toEqual([]);
      await nothingHappened();
    },
  );

  test("signed over its own text is refused", async () => {
    for (const forged of [
      { message: JSON.stringify({ ...created, resource_id: "another" }) },
      { message_id: "another" },
      { subject: "another" },
      { timestamp: new Date(night.clock.now() + 1000).toISOString() },
      { signature: "AAAA" },
    ]) {
      expect(await night.send(night.message({}, { forged }))).toMatchObject({
        status: 403,
        reason: "signature",
      });
    }
    await nothingHappened();
  });

  test("signed by the signer is refused", async () => {
    expect(await night.send(night.message({}, { by: middle }))).toMatchObject({ reason: "signature" });
    await nothingHappened();
  });

  test("of now is refused", async () => {
    const old = new Date(night.clock.now() - 3 * 3_600_000).toISOString();
    const early = new Date(night.clock.now() + 3_600_000).toISOString();
    for (const timestamp of [old, early])
      expect(await night.send(night.message({ timestamp }))).toMatchObject({ status: 403, reason: "time" });
    // It costs nobody a request, however often it comes.
    expect(night.contacted).toEqual([]);
    await nothingHappened();
  });

  test("new is refused", async () => {
    const body = night.message();
    expect((await night.send(body)).status).toBe(200);
    expect(await night.send(body)).toMatchObject({ status: 409, reason: "replay" });
    await night.clock.later(2 * 3_600_000);
    expect(await night.send(body)).toMatchObject({ status: 403, reason: "time" });
    expect(night.sent).toHaveLength(1);
  });
});

describe("a certificate", () => {
  const serve = (body: string, status = 200) => night.pages.set(certificateUrl, { status, body });

  test("that is its own root, or another's, proves nothing", async () => {
    serve(stranger.pem);
    expect(await night.send(night.message({}, { by: stranger }))).toMatchObject({ reason: "certificate" });
    const cousin = await certify({ name: "SMN", issuer: stranger });
    serve(cousin.pem + stranger.pem);
    expect(await night.send(night.message({}, { by: cousin }))).toMatchObject({ reason: "certificate" });
    await nothingHappened();
  });

  test("whose chain has a hole, or goes through one that may not issue, proves nothing", async () => {
    serve(signer.pem);
    expect(await night.send(night.message())).toMatchObject({ reason: "certificate" });
    const child = await certify({ name: "Child", issuer: signer });
    serve(child.pem + signer.pem + middle.pem);
    expect(await night.send(night.message({}, { by: child }))).toMatchObject({ reason: "certificate" });
    await nothingHappened();
  });

  test("that has expired, or is not yet valid, proves nothing", async () => {
    for (const times of [{ to: "2026-01-01" }, { from: "2027-01-01" }]) {
      const other = await certify({ name: "SMN", issuer: middle, ...times });
      serve(other.pem + middle.pem);
      expect(await night.send(night.message({}, { by: other }))).toMatchObject({ reason: "certificate" });
    }
    await nothingHappened();
  });

  test("that is not there, is a redirect, or is none proves nothing", async () => {
    for (const [body, status] of [
      ["", 404],
      [signer.pem + middle.pem, 302],
      ["hello", 200],
      ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", 200],
    ] as const) {
      serve(body, status);
      expect(await night.send(night.message())).toMatchObject({ status: 403, reason: "certificate" });
    }
    await nothingHappened();
  });

  test("is fetched once, however many messages it signs", async () => {
    for (const message_id of ["1", "2", "3"]) await night.send(night.message({ message_id }));
    expect(night.contacted).toEqual([certificateUrl]);
    expect(night.sent).toHaveLength(3);
  });
});

describe("no host outside the list is contacted", () => {
  const evil = [
    "https://evil.example/SMN.pem",
    "https://smn.eu-de.myhuaweicloud.com.evil.example/SMN.pem",
    "https://smn.eu-de.myhuaweicloud.com@evil.example/SMN.pem",
    "https://evil.example#smn.eu-de.myhuaweicloud.com",
    "https://evil.example/?smn.eu-de.myhuaweicloud.com",
    "https://smn.eu-de.myhuaweicloud.com:8443/SMN.pem",
    "https://user@smn.eu-de.myhuaweicloud.com/SMN.pem",
    "http://smn.eu-de.myhuaweicloud.com/SMN.pem",
    "https://smn.eu-west-101.myhuaweicloud.com/SMN.pem",
    "https://obs.eu-de.myhuaweicloud.com/SMN.pem",
    "https://smn.eu-de.myhuaweicloud.com./SMN.pem",
    "https://xn--smn-.eu-de.myhuaweicloud.com/SMN.pem",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/SMN.pem",
    "ftp://smn.eu-de.myhuaweicloud.com/SMN.pem",
    "file:///etc/hosts",
    "//smn.eu-de.myhuaweicloud.com/SMN.pem",
    "smn.eu-de.myhuaweicloud.com",
  ];

  test.each(evil)("for the certificate: %s", async (signing_cert_url) => {
    expect(await night.send(night.message({ signing_cert_url }))).toMatchObject({
      status: 403,
      reason: "host",
    });
    expect(night.contacted).toEqual([]);
    await nothingHappened();
  });

  test.each(evil)("to confirm a subscription: %s", async (subscribe_url) => {
    const confirmation = night.message({ type: "SubscriptionConfirmation", subscribe_url });
    expect(await night.send(confirmation)).toMatchObject({ status: 403, reason: "host" });
    expect(night.contacted).toEqual([]);
    await nothingHappened();
  });
});
