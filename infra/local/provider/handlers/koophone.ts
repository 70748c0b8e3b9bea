import type { koophone } from "../../../../shared/api/operations/all.ts";
import { backUpPhones, findPhone, findPhoneTask, koophone as refuse } from "../world/phones.ts";
import type { Handlers } from "./handler.ts";

const ok = { error_code: "0", error_msg: "ok" } as const;

export const koophoneHandlers: Handlers<typeof koophone> = {
  backupInstances({ world, project_id, headers, body }) {
    const task = backUpPhones(world, {
      project_id,
      ids: body.instance_ids,
      request_id: headers["x-request-id"],
    });
    const cmd_jobs = task.jobs.map(({ id, phone }) => ({ instance_id: phone.id, job_id: id }));
    return { ...ok, data: { task_id: task.id, cmd_jobs } };
  },

  queryInstanceStatus({ world, project_id, body }) {
    const found = [...new Set(body.instance_ids)]
      .map((id) => findPhone(world, project_id, id))
      .filter((phone) => phone !== undefined);
    if (found.length === 0) throw refuse("4001", "None of the instances exists.");
    return {
      ...ok,
      data: { status_results: found.map(({ id, state }) => ({ instance_id: id, status: state })) },
    };
  },

  showTask({ world, project_id, path }) {
    const { jobs } = findPhoneTask(world, project_id, path.task_id);
    return {
      ...ok,
      data: {
        jobs: jobs.map(({ id, phone, status, error_code, error_msg }) => ({
          job_id: id,
          instance_id: phone.id,
          status,
          error_code,
          error_msg,
          execute_msg: "",
        })),
      },
    };
  },
};
