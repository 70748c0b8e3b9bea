import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { nightDue } from "../events/night-due.ts";
import { settleDue } from "../events/settle-due.ts";
import { environment as createEnvironment } from "../functions/create-checkpoint/environment.ts";
import { environment as planEnvironment } from "../functions/plan-checkpoints/environment.ts";
import { environment as settleEnvironment } from "../functions/settle-checkpoints/environment.ts";
import type { Estate } from "../shared/estate/estate.ts";
import { awsCron } from "../shared/estate/schedule.ts";
import type { Role } from "../shared/estate/secrets.ts";
import type { Bundle } from "./bundle.ts";
import { type EnvironmentSchema, VigilFunction } from "./constructs/function.ts";
import { LedgerTable } from "./constructs/ledger.ts";
import { resourceName } from "./constructs/names.ts";
import { FunctionSchedule, SCHEDULED_TIME } from "./constructs/schedule.ts";
import { NotificationTopic } from "./constructs/topic.ts";
import { WorkQueue } from "./constructs/work-queue.ts";

/** The functions of the stack: folders of functions/. */
export const FUNCTION_NAMES = ["plan-checkpoints", "create-checkpoint", "settle-checkpoints"] as const;

export interface VigilStackProps extends StackProps {
  readonly estate: Estate;
  /** One bundle for each of FUNCTION_NAMES. */
  readonly bundles: ReadonlyMap<string, Bundle>;
}

interface FunctionSettings {
  readonly description: string;
  readonly environment: EnvironmentSchema;
  readonly role: Role;
  readonly timeout_s: number;
  readonly memory_mb: number;
}

export class VigilStack extends Stack {
  readonly #estate: Estate;
  readonly #bundles: ReadonlyMap<string, Bundle>;
  readonly #ledger: LedgerTable;
  readonly #notifications: NotificationTopic;
  readonly #undelivered: sqs.Queue;

  constructor(scope: Construct, id: string, props: VigilStackProps) {
    super(scope, id, { description: "Vigil keeps backups honest", ...props });
    this.#estate = props.estate;
    this.#bundles = props.bundles;
    this.#ledger = new LedgerTable(this, "Ledger");
    this.#undelivered = new sqs.Queue(this, "Undelivered", {
      queueName: resourceName(this, "undelivered"),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.#notifications = new NotificationTopic(this, "Notifications");
    this.#checkpoints();
  }

  #checkpoints(): void {
    const plan = this.#function("plan-checkpoints", {
      description: "Selects the vaults of a night and sends one message for each",
      environment: planEnvironment,
      role: "observe",
      timeout_s: 300,
      memory_mb: 1024,
    });
    const create = this.#function("create-checkpoint", {
      description: "Takes the checkpoint of one vault, exactly once",
      environment: createEnvironment,
      role: "checkpoint",
      timeout_s: 120,
      memory_mb: 512,
    });
    const settle = this.#function("settle-checkpoints", {
      description: "Finds out what became of the checkpoints of the night",
      environment: settleEnvironment,
      role: "observe",
      timeout_s: 240,
      memory_mb: 1024,
    });
    const queue = new WorkQueue(this, "Checkpoints", {
      name: "checkpoints",
      consumer: create,
      batchSize: 10,
      window_s: 1,
      maximumConcurrency: 4,
      attempts: 5,
    });
    for (const sender of [plan, settle]) queue.bindSender(sender, "CHECKPOINT_QUEUE_URL");
    for (const each of [plan, create, settle]) this.#ledger.bind(each, "write");
    this.#notifications.bindPublisher(settle);
    plan.retryEvents(this.#undelivered, { attempts: 3, maximumAge_minutes: 60 });
    settle.retryEvents(this.#undelivered, { attempts: 1, maximumAge_minutes: 5 });
    this.#nights(plan);
    new FunctionSchedule(this, "SettleSchedule", {
      name: "settle",
      description: "Looks after open checkpoints",
      expression: "rate(5 minutes)",
      timeZone: "UTC",
      target: settle,
      input: { event: settleDue.name, version: settleDue.version, data: { scheduled_at: SCHEDULED_TIME } },
      retry_minutes: 5,
      deadLetters: this.#undelivered,
    });
  }

  /** One schedule for each checkpoint rule of each project. */
  #nights(plan: VigilFunction): void {
    for (const project of this.#estate.projects) {
      for (const rule of project.checkpoints) {
        new FunctionSchedule(this, `Night-${project.name}-${rule.name}`, {
          name: `night-${project.name}-${rule.name}`,
          description: `Checkpoints of rule ${rule.name} in project ${project.name}`,
          expression: awsCron(rule.schedule.cron),
          timeZone: rule.schedule.time_zone ?? project.time_zone,
          target: plan,
          input: {
            event: nightDue.name,
            version: nightDue.version,
            data: { project: project.name, rule: rule.name, scheduled_at: SCHEDULED_TIME },
          },
          retry_minutes: 60,
          deadLetters: this.#undelivered,
        });
      }
    }
  }

  #function(name: (typeof FUNCTION_NAMES)[number], settings: FunctionSettings): VigilFunction {
    const bundle = this.#bundles.get(name);
    if (!bundle) throw new Error(`there is no bundle of ${name}`);
    const { role, ...rest } = settings;
    const secrets = this.#estate.projects.map((project) => project.secrets[role]);
    return new VigilFunction(this, name, { name, bundle, ...rest }).bindSecrets(secrets);
  }
}
