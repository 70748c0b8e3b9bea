import type { Clock } from "../core/clock.ts";
import { once } from "../core/parallel.ts";
import { dynamoLedger } from "../ledger/dynamo.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Queue } from "../queue/queue.ts";
import { sqsQueue } from "../queue/sqs.ts";

// One client each for the life of the function, made at first use: loading an SDK costs tens of milliseconds.

const sqs = once(async () => new (await import("@aws-sdk/client-sqs")).SQSClient());
const dynamo = once(async () => new (await import("@aws-sdk/client-dynamodb")).DynamoDBClient());
const secrets = once(async () => {
  const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  return new SecretsManagerClient();
});

export const awsLedger = (table: string, clock: Clock): Ledger =>
  dynamoLedger({ table, now: clock.now, connect: dynamo });

export const awsQueue = (url: string, clock: Clock): Queue => sqsQueue({ url, clock, connect: sqs });

/** The text of a secret. Its value must reach no log; the caller parses it and keeps it to itself. */
export async function readSecret(name: string): Promise<string> {
  const [client, { GetSecretValueCommand }] = await Promise.all([
    secrets(),
    import("@aws-sdk/client-secrets-manager"),
  ]);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  if (SecretString === undefined)
    throw new Error(`secret ${name} holds no text; expected JSON with ak and sk`);
  return SecretString;
}
