import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Command } from "commander";
import * as z from "zod";
import { type Clock, scaledClock, systemClock } from "../../../shared/core/clock.ts";
import { systemRandom } from "../../../shared/core/random.ts";
import { type Estate, estateSchema } from "../../../shared/estate/estate.ts";
import type { Role } from "../../../shared/estate/secrets.ts";
import { countedByAddress } from "../../../shared/estate/services.ts";
import { providerConnections } from "../../../shared/lambda/provider.ts";
import { dynamoLedger } from "../../../shared/ledger/dynamo.ts";
import type { Ledger } from "../../../shared/ledger/ledger.ts";
import type { Queue } from "../../../shared/queue/queue.ts";
import { sqsQueue } from "../../../shared/queue/sqs.ts";
import { ledgerBudget } from "../../../shared/rate/budget.ts";
import { DEFAULT_ESTATE, loadEstate } from "../../estate/load.ts";
import { type RunningEngine, readEngineFile } from "../../local/engine-file.ts";
import { physicalName, stackNameOf } from "../../stack/names.ts";
import { CommandFailure } from "../fail.ts";
import { type Deployed, deployedAt } from "./deployed.ts";

/** What a command works on: the engine on this machine, or a deployment. */
export interface Place {
  /** For people: which one it is. */
  readonly name: string;
  /** The name of its stack. */
  readonly stack: string;
  readonly clock: Clock;
  readonly estate: Estate;
  readonly ledger: Ledger;
  /** A queue by its short name, for example `prune`. Throws CommandFailure when there is none. */
  queue(name: string): Promise<Queue>;
  readSecret(name: string): Promise<string>;
  /** What AWS, or this machine's, says of what is deployed. */
  readonly deployed: Deployed;
  close(): void;
}

/** A deployment is meant when one of its names is given; otherwise the engine that runs here. */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const { estate, stack, table, region } = options;
  if ([estate, stack, table, region].some((name) => name !== undefined)) return deployment(options);
  const engine = readEngineFile();
  if (engine) return localEngine(engine);
  throw new CommandFailure(
    "no engine runs on this machine and no deployment is named: start one with npm start, or give --estate or --region (and --stack or --table where they are not the estate's)",
  );
}

interface Connection {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

function connect(connection: Connection) {
  const dynamo = new DynamoDBClient(connection);
  const sqs = new SQSClient(connection);
  const secrets = new SecretsManagerClient(connection);
  const sns = new SNSClient(connection);
  return {
    sqs,
    deployed: deployedAt({ sqs, sns, endpoint: connection.endpoint }),
    ledgerOf: (table: string, clock: Clock) =>
      dynamoLedger({ table, now: clock.now, connect: async () => dynamo }),
    queueAt: (url: string, clock: Clock) => sqsQueue({ url, clock, connect: async () => sqs }),
    async readSecret(name: string) {
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
      if (SecretString === undefined) throw new CommandFailure(`the secret ${name} holds no text`);
      return SecretString;
    },
    close() {
      for (const client of [dynamo, sqs, sns, secrets]) client.destroy();
    },
  };
}

function localEngine(engine: RunningEngine): Place {
  const { endpoint, region, access_key_id, table, queues, time } = engine;
  const credentials = { accessKeyId: access_key_id, secretAccessKey: "local" };
  const { ledgerOf, queueAt, deployed, readSecret, close } = connect({ endpoint, region, credentials });
  const clock = scaledClock(time);
  const estate = estateSchema.parse(engine.estate);
  return {
    ...{ clock, estate, stack: stackNameOf(estate), readSecret, close },
    name: `the engine on this machine (${endpoint})`,
    // Whoever watches the engine hears what it tells people.
    deployed: { ...deployed, subscriptions: async () => [{ endpoint: "this engine", confirmed: true }] },
    ledger: ledgerOf(table, clock),
    async queue(name) {
      const url = queues[name];
      if (url === undefined) throw new CommandFailure(`the engine has no queue ${name}`);
      return queueAt(url, clock);
    },
  };
}

/** Which stack is meant, and its estate. Whoever names the stack alone gets on without the estate until it is needed. */
async function namedStack({
  estate: file,
  stack,
}: PlaceOptions): Promise<{ readonly stack: string; readonly estate?: Estate }> {
  if (file === undefined && stack !== undefined) return { stack };
  const estate = await loadEstate(file ?? DEFAULT_ESTATE, systemClock.now());
  return { stack: stack ?? stackNameOf(estate), estate };
}

async function deployment(options: PlaceOptions): Promise<Place> {
  const clock = systemClock;
  const { stack, estate } = await namedStack(options);
  const { region, table = physicalName(stack, "table", "ledger") } = options;
  const { sqs, ledgerOf, queueAt, deployed, readSecret, close } = connect({
    ...(region !== undefined && { region }),
    // The clients would find it by themselves, but that of SQS then warns of each queue's own address.
    ...(process.env.AWS_ENDPOINT_URL && { endpoint: process.env.AWS_ENDPOINT_URL }),
  });
  return {
    ...{ clock, stack, deployed, readSecret, close },
    get estate() {
      if (estate) return estate;
      throw new CommandFailure(`this needs the estate of ${stack}; name its file with --estate`);
    },
    name: `the deployment ${stack}`,
    ledger: ledgerOf(table, clock),
    async queue(name) {
      const { QueueUrl } = await sqs.send(
        new GetQueueUrlCommand({ QueueName: physicalName(stack, "queue", name) }),
      );
      if (QueueUrl === undefined) throw new CommandFailure(`${stack} has no queue ${name}`);
      return queueAt(QueueUrl, clock);
    },
  };
}

/** How a command line names a deployment; with none of them, the engine on this machine is meant. */
export const placeOptions = z.object({
  estate: z.string().optional(),
  stack: z.string().optional(),
  table: z.string().optional(),
  region: z.string().optional(),
});

export type PlaceOptions = z.output<typeof placeOptions>;

export function addPlaceOptions(command: Command): Command {
  return command
    .option("--estate <file>", "the estate of the deployment")
    .option("--stack <name>", "the deployment's stack (default: that of the estate)")
    .option("--table <name>", "the deployment's table (default: that of the stack)")
    .option("--region <name>", "the deployment's AWS region");
}

/** The way to the provider in one role, with the place's own credential and within its rate budget. */
export function providerOf({ clock, ledger, readSecret }: Place, role: Role, maximumWait_ms: number) {
  return providerConnections({
    ...{ role, clock, random: systemRandom, readSecret },
    budget(project) {
      const { name, rates } = project;
      const addresses = countedByAddress(project);
      return ledgerBudget({
        ledger,
        clock,
        random: systemRandom,
        project: name,
        rates,
        addresses,
        maximumWait_ms,
      });
    },
  });
}
