// A queue to write to, in a process of its own; sends its address.
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { ENGINE_KEY, Gateway } from "../../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../../infra/local/clients.ts";

const gateway = await Gateway.start({
  emit: () => {},
  speed: 1,
  secrets: new Map(),
  duplicateMessages: false,
});
const client = sqsClient(gateway.endpoint, ENGINE_KEY);
const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "bench" }));
process.send?.({ endpoint: gateway.endpoint, url: QueueUrl });
process.on("disconnect", () => process.exit(0));
