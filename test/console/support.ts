import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { checkpointDue } from "../../events/checkpoint-due.ts";
import { startDemo } from "../../infra/commands/start/demo.ts";
import { demoProject } from "../../infra/estate/demo.ts";
import { ENGINE_KEY } from "../../infra/local/aws/gateway.ts";
import { sqsClient } from "../../infra/local/clients.ts";
import { startConsole } from "../../infra/local/console/console.ts";
import { createHistory } from "../../infra/local/console/history.ts";
import { identityOf } from "../../infra/local/template/identities.ts";

/** How much faster than real time the nights of these tests run. */
const SPEED = 100;

/** A small demo with its console on a free port, as `npm start` runs it. */
export async function startWatchedDemo(vaults: number) {
  const history = createHistory();
  const settings = { project: demoProject, vaults, seed: 1, faults: "none", speed: SPEED } as const;
  const demo = await startDemo({ ...settings, onEvent: history.record });
  const { engine } = demo;
  const running = await startConsole({ ...demo, history, speed: SPEED, port: 0 });
  return {
    history,
    url: running.url,
    /** Fires the night after the next one: the next one may have been fired by hand already. */
    fireLaterNight() {
      const next_ms = engine.nextFiring("night-demo-nightly");
      engine.fire("night-demo-nightly", next_ms);
    },
    /** Puts a message that has nothing to do any more into the dead-letter queue of checkpoints. */
    async addDeadLetter() {
      const client = sqsClient(engine.endpoint, ENGINE_KEY);
      const QueueUrl = identityOf("AWS::SQS::Queue").ref("vigil-demo-checkpoints-dead", engine.endpoint);
      await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: checkpointDue.create({ ...checkpointDue.example, project: "demo" }),
        }),
      );
      client.destroy();
    },
    async stop() {
      await running.close();
      await demo.stop();
    },
  };
}
