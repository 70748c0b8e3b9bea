import type { ServerResponse } from "node:http";
import * as z from "zod";
import { secretArn } from "../template/identities.ts";
import { operationOf } from "./actions.ts";
import { type AwsRequest, refuse } from "./request.ts";

const asked = z.object({ SecretId: z.string() });

/** The part of Secrets Manager that functions use: reading a secret by its name or ARN. */
export function answerSecrets(
  secrets: ReadonlyMap<string, string>,
  request: AwsRequest,
  response: ServerResponse,
): void {
  const no = (code: string, why: string) => refuse(response, "secretsmanager", 400, code, why);
  const { SecretId } = asked.parse(JSON.parse(request.body.toString("utf8")));
  const found = [...secrets].find(([name]) => name === SecretId || secretArn(name) === SecretId);
  if (operationOf(request) !== "GetSecretValue") {
    no("InvalidRequestException", "the local engine models only GetSecretValue");
  } else if (found) {
    const [Name, SecretString] = found;
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ ARN: secretArn(Name), Name, SecretString, VersionId: "local" }));
  } else {
    no("ResourceNotFoundException", `Secrets Manager can't find the specified secret ${SecretId}.`);
  }
}
