import { Refusal } from "./model.ts";
import { type Phone, type PhoneJob, type PhoneState, type PhoneTask, phone_states } from "./services.ts";
import { duration } from "./tasks.ts";
import type { World } from "./world.ts";

export function koophone(number: string, detail: string): Refusal {
  return new Refusal(`KOOPHONE.API.${number}`, detail);
}

export function addPhone(world: World, project_id: string, state: PhoneState): Phone {
  const phone: Phone = {
    id: `ph${world.random.hex(10)}`,
    project_id,
    state,
    frozen: false,
    backups_started: 0,
    backups_finished: 0,
    fates: [],
  };
  world.phones.add(phone);
  if (state === phone_states.restoring) planRestore(world, phone);
  return phone;
}

/** Data that is being loaded onto a machine is there after a while. */
export function planRestore(world: World, phone: Phone): void {
  world.agenda.at(world.now + duration(world, world.settings.phone_restore_ms), () => {
    if (phone.state === phone_states.restoring) phone.state = phone_states.data_loaded;
  });
}

export function findPhone(world: World, project_id: string, id: string): Phone | undefined {
  const phone = world.phones.get(id);
  return phone?.project_id === project_id ? phone : undefined;
}

/**
 * Backs instances up and then releases their machines, which cannot be undone. Instances that cannot be backed up get
 * no job; when none can, the whole call is refused with the first one's reason.
 */
export function backUpPhones(
  world: World,
  { project_id, ids, request_id }: { project_id: string; ids: readonly string[]; request_id: string },
): PhoneTask {
  const jobs: PhoneJob[] = [];
  let first: Refusal | undefined;
  for (const id of new Set(ids)) {
    const phone = findPhone(world, project_id, id);
    const refusal = reasonAgainst(phone, id);
    if (phone === undefined || refusal !== undefined) first ??= refusal;
    else jobs.push(beginJob(world, phone));
  }
  if (jobs.length === 0 && first !== undefined) throw first;
  const task: PhoneTask = {
    id: `RM_${world.random.hex(32)}`,
    project_id,
    request_id,
    created: world.stamp(),
    jobs,
  };
  world.phoneTasks.add(task);
  return task;
}

function reasonAgainst(phone: Phone | undefined, id: string): Refusal | undefined {
  if (phone === undefined) return koophone("4001", `The instance ${id} does not exist.`);
  if (phone.frozen) return koophone("2004", `The instance ${id} is frozen.`);
  switch (phone.state) {
    case phone_states.data_loaded:
    case phone_states.data_loaded_again:
      return undefined;
    case phone_states.restoring:
    case phone_states.streaming:
      return koophone("2005", `The instance ${id} is in recovery.`);
    case phone_states.backing_up:
      return koophone("2006", `The instance ${id} is in backup.`);
    default:
      return koophone("2003", `The data of instance ${id} is on no machine.`);
  }
}

function beginJob(world: World, phone: Phone): PhoneJob {
  const job: PhoneJob = { id: world.random.hex(32), phone, status: 1, error_code: "", error_msg: "" };
  phone.state = phone_states.backing_up;
  phone.backups_started += 1;
  const outcome = phone.fates.shift() ?? world.phoneOutcomeOf(phone) ?? "success";
  if (outcome === "hang") return job;
  world.agenda.at(world.now + duration(world, world.settings.phone_backup_ms), () => {
    if (outcome === "success") succeed(job);
    else fail(world, job);
  });
  return job;
}

function succeed(job: PhoneJob): void {
  job.status = 2;
  job.phone.state = phone_states.idle;
  job.phone.backups_finished += 1;
}

/** The machine keeps its data after a failed backup, and after a while the instance can be backed up again. */
function fail(world: World, job: PhoneJob): void {
  job.status = -1;
  job.error_code = "KOOPHONE.API.9999";
  job.error_msg = "The backup failed.";
  job.phone.state = phone_states.backup_exception;
  world.agenda.at(world.now + duration(world, world.settings.phone_restore_ms), () => {
    if (job.phone.state === phone_states.backup_exception) job.phone.state = phone_states.data_loaded_again;
  });
}

export function findPhoneTask(world: World, project_id: string, id: string): PhoneTask {
  const task = world.phoneTasks.get(id);
  if (task === undefined || task.project_id !== project_id) {
    throw koophone("1000", `The task ${id} does not exist.`);
  }
  return task;
}
