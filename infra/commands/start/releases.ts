import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { phoneReleaseRequested } from "../../../events/phone-release-requested.ts";
import { chunks } from "../../../shared/core/parallel.ts";
import { ENGINE_KEY } from "../../local/aws/gateway.ts";
import { sqsClient } from "../../local/clients.ts";
import { identityOf } from "../../local/template/identities.ts";
import type { Demo } from "./demo.ts";

/** SQS takes at most this many messages in one call. */
const BATCH = 10;

/** Plays the system that releases cloud phones: asks once for every phone of the demo world. */
export async function requestReleases({ engine, estate, cloud, night_ms }: Demo): Promise<void> {
  const queue = engine.model.all("AWS::SQS::Queue").find(({ name }) => name.endsWith("-releases"));
  const [project] = estate.projects;
  if (!queue || !project || project.instances.phones.releasers.length === 0) return;
  const client = sqsClient(engine.endpoint, ENGINE_KEY);
  const release_id = `demo-${new Date(night_ms).toISOString().slice(0, 10)}`;
  try {
    for (const batch of chunks(cloud.world.phones.all(), BATCH)) {
      await client.send(
        new SendMessageBatchCommand({
          QueueUrl: identityOf("AWS::SQS::Queue").ref(queue.name, engine.endpoint),
          Entries: batch.map(({ id }, index) => ({
            Id: String(index),
            MessageBody: phoneReleaseRequested.create({ project: project.name, instance_id: id, release_id }),
          })),
        }),
      );
    }
  } finally {
    client.destroy();
  }
}
