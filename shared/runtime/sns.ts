import { once } from "./parallel.ts";
import type { Notifier } from "./publisher.ts";

const sns = once(async () => new (await import("@aws-sdk/client-sns")).SNSClient());

/** Tells the topic's subscribers. */
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
      );
    },
  };
}
