import { once } from "../core/parallel.ts";
import type { Notifier } from "./publisher.ts";

const sns = once(async () => new (await import("@aws-sdk/client-sns")).SNSClient());

/** A topic that does not answer within this time is treated as one that refuses. */
const patience_ms = 5_000;

/** Tells the topic's subscribers. Throws when the topic refuses, or does not answer. */
export function snsNotifier(topic_arn: string): Notifier {
  return {
    async notify({ subject, text, attributes }) {
      const [client, { PublishCommand }] = await Promise.all([sns(), import("@aws-sdk/client-sns")]);
      await client.send(
        new PublishCommand({
          TopicArn: topic_arn,
          Subject: subject,
          Message: text,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: "String", StringValue },
            ]),
          ),
        }),
        { abortSignal: AbortSignal.timeout(patience_ms) },
      );
    },
  };
}
