import * as z from "zod";
import { operation } from "../../operation.ts";
import { identifier } from "../fields.ts";
import { checkpoint, checkpointRequest } from "./checkpoint.ts";
import { chapter } from "./common.ts";

export const showCheckpoint = operation({
  name: "showCheckpoint",
  service: "cbr",
  summary: "Shows one restore point and the protection of its resources.",
  source: chapter("4.3.1"),
  method: "GET",
  path: "/v3/{project_id}/checkpoints/{checkpoint_id}",
  parameters: { project_id: identifier, checkpoint_id: identifier },
  answer: z.looseObject({ checkpoint }),
  status: 200,
  // Chapter 6 lists no action for it; this one is enough.
  permission: "cbr:vaults:get",
  repeatable: true,
});

export const createCheckpoint = operation({
  name: "createCheckpoint",
  service: "cbr",
  summary: "Backs a vault up and makes a restore point.",
  source: chapter("4.3.2"),
  method: "POST",
  path: "/v3/{project_id}/checkpoints",
  parameters: { project_id: identifier },
  body: z.strictObject({ checkpoint: checkpointRequest }),
  answer: z.looseObject({ checkpoint }),
  status: 200,
  permission: "cbr:vaults:backup",
  // It takes no idempotency token: sent twice, it backs up twice.
  repeatable: false,
});
