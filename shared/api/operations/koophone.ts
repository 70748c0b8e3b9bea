import * as z from "zod";
import { type BodyFailure, operation } from "../operation.ts";
import { identifier } from "./fields.ts";

const document = "KooPhone API";

/** A unique id of the request, which every call must carry. */
const requestHeaders = z.object({ "x-request-id": z.string().min(1).max(128) });

/** At most 100 instances, each id at most 32 characters. */
const instanceList = z.strictObject({ instance_ids: z.array(z.string().min(1).max(32)).min(1).max(100) });

const failedAnswer = z.looseObject({ error_code: z.string(), error_msg: z.string().nullish() });

/** A failed call answers 200 with an `error_code` other than "0". Asked before the answer is parsed. */
function failure(answer: unknown): BodyFailure | undefined {
  const { success, data } = failedAnswer.safeParse(answer);
  return success && data.error_code !== "0"
    ? { code: data.error_code, message: data.error_msg ?? "" }
    : undefined;
}

const succeeded = { error_code: z.literal("0"), error_msg: z.string().nullish() };

export const backupInstances = operation({
  name: "backupInstances",
  service: "koophone",
  summary: "Copies instances to OBS and then releases their physical machines; it cannot be undone.",
  source: `${document}, Backing Up an Instance`,
  method: "POST",
  path: "/v1/instances/backup",
  parameters: {},
  headers: requestHeaders,
  // The page's example request shows user_id and instance_id, which its own table does not have.
  body: instanceList,
  answer: z.looseObject({
    ...succeeded,
    data: z.looseObject({
      task_id: z.string(),
      cmd_jobs: z.array(z.looseObject({ instance_id: z.string(), job_id: z.string() })),
    }),
  }),
  status: 200,
  permission: "koophone:cloudphoneResource:instanceBackup",
  repeatable: false,
  failure,
});

export const queryInstanceStatus = operation({
  name: "queryInstanceStatus",
  service: "koophone",
  summary: "Shows the status of up to 100 instances.",
  source: `${document}, Querying Instance Status in Batches`,
  method: "POST",
  path: "/v1/instances/batch-query-status",
  parameters: {},
  headers: requestHeaders,
  body: instanceList,
  answer: z.looseObject({
    ...succeeded,
    data: z.looseObject({
      status_results: z.array(z.looseObject({ instance_id: z.string(), status: z.int() })),
    }),
  }),
  status: 200,
  permission: "koophone:cloudphoneResource:queryBatchShowInstance",
  // A query, although a POST.
  repeatable: true,
  failure,
});

export const showTask = operation({
  name: "showTask",
  service: "koophone",
  summary: "Shows the jobs of a task.",
  source: `${document}, Querying Instance Execution Tasks`,
  method: "GET",
  path: "/v1/instances/tasks/{task_id}",
  parameters: { task_id: identifier },
  headers: requestHeaders,
  answer: z.looseObject({
    ...succeeded,
    data: z.looseObject({
      jobs: z.array(
        z.looseObject({
          job_id: z.string(),
          /** 1: running, 2: successful, -1: failed. */
          status: z.int(),
          error_code: z.string().nullish(),
          error_msg: z.string().nullish(),
          execute_msg: z.string().nullish(),
        }),
      ),
    }),
  }),
  status: 200,
  permission: "koophone:cloudphoneResource:queryExecuteJob",
  repeatable: true,
  failure,
});
