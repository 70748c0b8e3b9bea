/** The account and region that everything on this machine claims to be in. The embedded queue server knows no other account. */
export const LOCAL = { account: "000000000000", region: "eu-central-1", partition: "aws" } as const;

interface Identity {
  /** The property that holds the resource's name; without it the engine invents one, as CloudFormation does. */
  readonly name?: string;
  /** Makes an invented name fit the service's rules. */
  readonly invented?: (name: string) => string;
  /** What `Ref` gives. */
  ref(name: string, endpoint: string): string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes?: Readonly<Record<string, (name: string, endpoint: string) => string>>;
}

const arn = (service: string, resource: string, scope: "regional" | "account" | "global" = "regional") => {
  const region = scope === "regional" ? LOCAL.region : "";
  const account = scope === "global" ? "" : LOCAL.account;
  return `arn:${LOCAL.partition}:${service}:${region}:${account}:${resource}`;
};

const itsName = (name: string) => name;

export const queueArn = (name: string) => arn("sqs", name);
export const tableArn = (name: string) => arn("dynamodb", `table/${name}`);
export const topicArn = (name: string) => arn("sns", name);
export const scheduleGroupArn = (name: string) => arn("scheduler", `schedule-group/${name}`);
/** Secrets Manager ends every ARN in six characters of its own. */
export const secretArn = (name: string) => arn("secretsmanager", `secret:${name}-Lo4a1x`);
const logGroupArn = (name: string) => arn("logs", `log-group:${name}:*`);
export const logStreamArn = (group: string) => arn("logs", `log-group:${group}:log-stream:local`);
/** Where the addresses of functions begin; each goes on with its own name. */
export const FUNCTION_URLS = "/function-urls/";

const identities: Readonly<Record<string, Identity>> = {
  "AWS::Lambda::Function": {
    name: "FunctionName",
    ref: itsName,
    attributes: { Arn: (name) => arn("lambda", `function:${name}`) },
  },
  "AWS::Lambda::Url": {
    ref: itsName,
    attributes: { FunctionUrl: (name, endpoint) => `${endpoint}${FUNCTION_URLS}${name}/` },
  },
  "AWS::SQS::Queue": {
    name: "QueueName",
    ref: (name, endpoint) => `${endpoint}/${LOCAL.account}/${name}`,
    attributes: {
      Arn: queueArn,
      QueueName: itsName,
      QueueUrl: (name, endpoint) => `${endpoint}/${LOCAL.account}/${name}`,
    },
  },
  "AWS::DynamoDB::Table": { name: "TableName", ref: itsName, attributes: { Arn: tableArn } },
  "AWS::IAM::Role": {
    name: "RoleName",
    ref: itsName,
    attributes: { Arn: (name) => arn("iam", `role/${name}`, "account") },
  },
  "AWS::SNS::Topic": {
    name: "TopicName",
    ref: topicArn,
    attributes: { TopicName: itsName, TopicArn: topicArn },
  },
  "AWS::S3::Bucket": {
    name: "BucketName",
    invented: (name) => name.toLowerCase().slice(0, 63),
    ref: itsName,
    attributes: { Arn: (name) => arn("s3", name, "global") },
  },
  "AWS::SecretsManager::Secret": { name: "Name", ref: secretArn, attributes: { Id: secretArn } },
  "AWS::Logs::LogGroup": { name: "LogGroupName", ref: itsName, attributes: { Arn: logGroupArn } },
  "AWS::KMS::Key": {
    ref: itsName,
    attributes: { Arn: (name) => arn("kms", `key/${name}`), KeyId: itsName },
  },
  "AWS::CloudWatch::Alarm": {
    name: "AlarmName",
    ref: itsName,
    attributes: { Arn: (name) => arn("cloudwatch", `alarm:${name}`) },
  },
  "AWS::Scheduler::Schedule": {
    name: "Name",
    ref: itsName,
    attributes: { Arn: (name) => arn("scheduler", `schedule/default/${name}`) },
  },
};

export function identityOf(type: string): Identity {
  return identities[type] ?? { ref: itsName };
}
