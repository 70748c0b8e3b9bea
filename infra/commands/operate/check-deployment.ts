import type { Deployed } from "../place/deployed.ts";
import type { Expected } from "./expected.ts";
import { type Finding, look, reasonOf, well, wrong } from "./finding.ts";

/** Holds what is deployed against what the estate's template says. What cannot be read costs one finding of its kind. */
export async function checkDeployment(deployed: Deployed, expected: Expected): Promise<Finding[]> {
  const kinds = {
    queues: checkQueues,
    subscriptions: checkSubscriptions,
    schedules: checkSchedules,
    "event source mappings": checkMappings,
    concurrency: checkConcurrency,
  };
  const findings: Finding[] = [];
  for (const [kind, check] of Object.entries(kinds)) {
    const found = await check(deployed, expected).catch((error: unknown) => [
      look(`${kind} could not be examined: ${reasonOf(error)}; your AWS user must be allowed to read them`),
    ]);
    findings.push(...found);
  }
  return findings;
}

const missing = (kind: string, names: readonly string[]): Finding[] =>
  names.length === 0 ? [] : [wrong(`${kind} not there: ${names.join(", ")}; deploy the estate`)];

async function checkQueues(deployed: Deployed, { queues }: Expected): Promise<Finding[]> {
  const found = await Promise.all(
    queues.map(async (queue) => ({ ...queue, there: await deployed.queue(queue.name) })),
  );
  const absent = found.filter(({ there }) => !there).map(({ name }) => name);
  const waiting = found.flatMap(({ name, dead, there }) => {
    if (!dead || !there || there.waiting === 0) return [];
    return wrong(
      `${there.waiting} messages lie in ${name}: what they ask for was not done; see docs/runbook.md#dead-letters`,
    );
  });
  return [
    well(`${queues.length - absent.length} queues are there`),
    ...missing("queues", absent),
    ...waiting,
  ];
}

/** The ARN of a topic is that of a queue of the same stack, but for service and name. */
async function checkSubscriptions(deployed: Deployed, { topics, queues }: Expected): Promise<Finding[]> {
  const [queue] = queues;
  const arn = queue && (await deployed.queue(queue.name))?.arn;
  if (!arn) return [];
  const findings = topics.map(async (topic): Promise<Finding[]> => {
    const topicArn = arn.replace(/:sqs:/, ":sns:").replace(/[^:]+$/, topic);
    const all = await deployed.subscriptions(topicArn);
    const confirmed = all.filter((each) => each.confirmed).length;
    const open = all.filter((each) => !each.confirmed).map(({ endpoint }) => endpoint);
    const unconfirmed = `${open.join(", ")} not confirmed: nothing is sent there until the link in the first mail is followed`;
    if (confirmed > 0)
      return [
        well(`${topic} has ${confirmed} confirmed subscriptions`),
        ...(open.length > 0 ? [look(`${topic}: subscription of ${unconfirmed}`)] : []),
      ];
    if (open.length > 0)
      return [wrong(`${topic}: alarms and reports reach nobody: subscription of ${unconfirmed}`)];
    return [
      wrong(
        `${topic}: alarms and reports reach nobody; aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint YOU`,
      ),
    ];
  });
  return (await Promise.all(findings)).flat();
}

async function checkSchedules(deployed: Deployed, { schedules }: Expected): Promise<Finding[]> {
  const found = await Promise.all(
    schedules.map(async (schedule) => ({ ...schedule, there: await deployed.schedule(schedule.name) })),
  );
  const absent = found.filter(({ there }) => !there).map(({ name }) => name);
  const changed = found.flatMap(({ name, expression, timezone, there }) => {
    if (!there) return [];
    if (there.state !== "ENABLED")
      return wrong(
        `schedule ${name} is ${there.state} and does not fire; enable it in the console of EventBridge`,
      );
    if (there.expression === expression && there.timezone === timezone) return [];
    return wrong(
      `schedule ${name} fires by ${there.expression} in ${there.timezone}, the estate says ${expression} in ${timezone}; deploy the estate`,
    );
  });
  const good = schedules.length - absent.length - changed.length;
  return [
    well(`${good} schedules are enabled, at the estate's times`),
    ...missing("schedules", absent),
    ...changed,
  ];
}

async function checkMappings(deployed: Deployed, { mappings }: Expected): Promise<Finding[]> {
  const found = await Promise.all(
    mappings.map(async ({ functionName, queueName }) => {
      const all = await deployed.mappings(functionName);
      const state = all.find(({ queueArn }) => queueArn.endsWith(`:${queueName}`))?.state;
      return { functionName, queueName, state };
    }),
  );
  const problems = found.flatMap(({ functionName, queueName, state }) => {
    if (state === "Enabled") return [];
    const text = `${functionName} does not work on ${queueName}`;
    if (state === undefined) return wrong(`${text}: there is no event source mapping; deploy the estate`);
    if (/^Disabl/.test(state))
      return wrong(
        `${text}: the event source mapping is ${state}; aws lambda list-event-source-mappings --function-name ${functionName} names it, aws lambda update-event-source-mapping --uuid UUID --enabled switches it on`,
      );
    return look(`${text} yet: the event source mapping is ${state}; look again in a minute`);
  });
  return [well(`${mappings.length - problems.length} queues are worked on`), ...problems];
}

async function checkConcurrency(deployed: Deployed, expected: Expected): Promise<Finding[]> {
  const { functions, mappings } = expected;
  const found = await Promise.all(
    functions.map(async ({ name, reserved }) => ({ name, reserved, there: await deployed.reserved(name) })),
  );
  const problems = found.flatMap(({ name, reserved, there }) => {
    if (there === reserved) return [];
    if (there === 0)
      return wrong(
        `${name} never runs: its reserved concurrency was set to 0; aws lambda delete-function-concurrency --function-name ${name}, or deploy the estate`,
      );
    const text = `${name} has ${there ?? "no"} invocations set apart, the template says ${reserved ?? "none"}`;
    return look(`${text}; deploy the estate`);
  });
  const consumers = new Set(mappings.map(({ functionName }) => functionName));
  const scheduled = functions.filter(({ name, reserved }) => reserved === undefined && !consumers.has(name));
  const most = mappings.reduce((sum, { maximumConcurrency }) => sum + maximumConcurrency, scheduled.length);
  const unreserved = await deployed.unreserved();
  const text = `the account may run ${unreserved} functions at once, this deployment's at most ${most}`;
  return [
    unreserved >= most
      ? well(text)
      : look(`${text}: nights grow longer; ask for more (Service Quotas, AWS Lambda, Concurrent executions)`),
    ...problems,
  ];
}
