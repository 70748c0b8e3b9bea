import type { ServerResponse } from "node:http";
import { LOCAL } from "../template/identities.ts";
import type { Model } from "../template/model.ts";
import { UnknownCall } from "./actions.ts";
import { type AwsRequest, refuse } from "./request.ts";

/** Answers to reads of Lambda and Scheduler, by `<service> <path>`; undefined where there is no such thing. */
export type Inventory = (path: string) => object | undefined;

/** An account's invocations at once, unless it has asked for more. */
const ACCOUNT_CONCURRENCY = 1000;

/** What the services that run the template say of it, as far as the commands for operators ask. */
export function inventoryOf(model: Model): Inventory {
  const functions = model.all("AWS::Lambda::Function");
  const routes: readonly (readonly [RegExp, (name: string) => object | undefined])[] = [
    [
      /^scheduler \/schedules\/([^/?]+)$/,
      (wanted) => {
        const found = model.all("AWS::Scheduler::Schedule").find(({ name }) => name === wanted);
        if (!found) return undefined;
        const { State, ScheduleExpression, ScheduleExpressionTimezone } = found.properties;
        return { Name: wanted, State, ScheduleExpression, ScheduleExpressionTimezone };
      },
    ],
    [
      /^lambda \/2015-03-31\/event-source-mappings\/\?FunctionName=([^&]+)$/,
      (wanted) => ({
        EventSourceMappings: model
          .all("AWS::Lambda::EventSourceMapping")
          .filter(({ properties }) => properties.FunctionName === wanted)
          .map(({ id, properties }) => ({
            UUID: id,
            EventSourceArn: properties.EventSourceArn,
            State: "Enabled",
          })),
      }),
    ],
    [
      /^lambda \/2019-09-30\/functions\/([^/]+)\/concurrency$/,
      (wanted) => {
        const found = functions.find(({ name }) => name === wanted);
        return found && { ReservedConcurrentExecutions: found.properties.ReservedConcurrentExecutions };
      },
    ],
    [
      /^lambda (\/2016-08-19\/account-settings\/)$/,
      () => {
        const reserved = functions.reduce(
          (sum, { properties }) => sum + (properties.ReservedConcurrentExecutions ?? 0),
          0,
        );
        return {
          AccountLimit: {
            ConcurrentExecutions: ACCOUNT_CONCURRENCY,
            UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reserved,
          },
        };
      },
    ],
  ];
  return (path) => {
    for (const [pattern, answer] of routes) {
      const name = pattern.exec(path)?.[1];
      if (name !== undefined) return answer(decodeURIComponent(name));
    }
    throw new UnknownCall(`the local engine does not model ${path} in ${LOCAL.region}`);
  };
}

export function answerInventory(
  inventory: Inventory | undefined,
  { service, url }: AwsRequest,
  response: ServerResponse,
): void {
  const found = inventory?.(`${service} ${url}`);
  if (!found) {
    response.setHeader("x-amzn-errortype", "ResourceNotFoundException");
    refuse(response, service, 404, "ResourceNotFoundException", `there is nothing at ${url}`);
  } else {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(found));
  }
}
