import * as z from "zod";
import type { PhoneJob } from "../../../../infra/local/provider/world/services.ts";
import type { Account } from "../../night/account.ts";
import type { InvariantChecker, Violation } from "../../night/kind.ts";
import type { Stage } from "../../night/stage.ts";
import { isDisturbed } from "../checkpoints/expected.ts";
import { control } from "../prune/control.ts";
import { releaseQueue } from "./deploy.ts";
import { overlaps, type Release } from "./releases.ts";

const hour_ms = 3_600_000;
/** The estate's deadline, and time to notice that it has passed. */
export const deadline_hours = 6;
const answered_ms = (deadline_hours + 4) * hour_ms;
/** A call that had begun when people stopped everything may still be on its way. */
const underWay_ms = 95_000;

const postedSchema = z.object({ instance_ids: z.array(z.string()) });
const eventSchema = z.object({
  event: z.string(),
  data: z.object({
    project: z.string(),
    instance_id: z.string(),
    release_id: z.string(),
    job_id: z.string().optional(),
    task_id: z.string().optional(),
    code: z.string().optional(),
  }),
});
type Answer = z.output<typeof eventSchema>["data"] & { readonly kind: string };

/** Watches every answer to a release at the moment when it is given. */
export function watchPhones(stage: Stage, releases: readonly Release[]): InvariantChecker {
  const broken: Violation[] = [];
  const wrong = (about: readonly string[], what: string) =>
    broken.push({ rule: "phone", about, what, at_ms: stage.time.now() });
  const answered = new Map<string, string>();
  stage.topic.listeners.push(({ attributes, text }) => {
    if (attributes.kind !== "phone.released" && attributes.kind !== "phone.backup-failed") return;
    const { event, data } = eventSchema.parse(JSON.parse(text));
    const answer = { ...data, kind: event };
    const release = releases.find(({ release_id }) => release_id === data.release_id);
    if (release === undefined)
      return void wrong([data.instance_id], `release ${data.release_id} is answered, and nobody asked`);
    const problem =
      contradicts(release, answer) ??
      (overlaps(release, releases) ? undefined : forgets(release, answer, stage, own)) ??
      otherRelease(answered, answer);
    if (problem !== undefined)
      wrong(
        [release.instance_id, release.release_id],
        `release ${release.release_id} of ${release.instance_id} ${problem}`,
      );
    release.answer ??= { kind: event, at_ms: stage.time.now() };
  });
  const own = new Set<string>();
  stage.listeners.push({
    arriving({ method, url, headers, body }) {
      if (method !== "POST" || !url.startsWith("/v1/instances/backup")) return;
      const { instance_ids } = postedSchema.parse(JSON.parse(Buffer.from(body).toString()));
      const request_id = headers["x-request-id"] ?? "";
      if (own.has(request_id)) wrong(instance_ids, `call ${request_id} for phones is sent twice`);
      own.add(request_id);
      const { stoppedSince_ms = Number.POSITIVE_INFINITY } = control(stage);
      if (stoppedSince_ms <= stage.time.now() - underWay_ms)
        wrong(instance_ids, `phones ${instance_ids.join(", ")} are backed up although the stop flag is set`);
    },
  });
  const daily = async () => {
    for (const account of stage.accounts) {
      account.world.advance(account.cloud.clock.now());
      for (const problem of strayJobs(account, releases, own)) broken.push(problem);
    }
    return broken.splice(0);
  };
  return { daily, final: async () => [...(await daily()), ...forgotten(stage, releases)] };
}

function jobOf({ world }: Account, { task_id, job_id }: Answer): PhoneJob | undefined {
  return world.phoneTasks.get(task_id ?? "")?.jobs.find(({ id }) => id === job_id);
}

/** What an answer says must be true when it is given. */
function contradicts({ account, instance_id, answer: before }: Release, answer: Answer): string | undefined {
  const { world } = account;
  world.advance(account.cloud.clock.now());
  if (before !== undefined && before.kind !== answer.kind)
    return `is answered ${answer.kind} after ${before.kind}`;
  if (answer.kind !== "phone.released") return undefined;
  const job = jobOf(account, answer);
  if (job === undefined || job.phone.id !== instance_id) return "is announced with a job that is not its own";
  return job.status === 2 ? undefined : `is announced, and its job is in status ${job.status}`;
}

/** An answer that says that there is no backup, although an own call of the time made one. */
function forgets(
  { account, instance_id, answer: before, at_ms }: Release,
  answer: Answer,
  stage: Stage,
  own: ReadonlySet<string>,
): string | undefined {
  if (answer.kind === "phone.released") return undefined;
  if (honest.includes(answer.code ?? "")) return undefined;
  const proven = jobsOf(account, instance_id, own).some(
    ({ job, created }) => job.status === 2 && created >= at_ms && created < stage.time.now(),
  );
  return proven && before === undefined
    ? `is said to have failed with ${answer.code}, and it was backed up`
    : undefined;
}

/** These say that nobody knows, or that more than the backup is wrong. */
const honest = ["unproven", "not-idle", "stuck"];

/** One job proves one release. */
function otherRelease(
  answered: Map<string, string>,
  { kind, job_id = "", release_id }: Answer,
): string | undefined {
  if (kind !== "phone.released") return undefined;
  const before = answered.get(job_id);
  answered.set(job_id, release_id);
  return before !== undefined && before !== release_id ? `shares its job with ${before}` : undefined;
}

/** The jobs of one phone that our own calls began. */
function jobsOf({ world }: Account, instance_id: string, own: ReadonlySet<string>) {
  return world.phoneTasks
    .newest(({ request_id }) => own.has(request_id))
    .flatMap(({ jobs, created }) => jobs.map((job) => ({ job, created })))
    .filter(({ job }) => job.phone.id === instance_id);
}

/** Clocks of functions and provider differ. */
const slack_ms = 10_000;

/** Every backup belongs to a release that is open, and no release has two that succeeded. */
function strayJobs(account: Account, releases: readonly Release[], own: ReadonlySet<string>): Violation[] {
  const violations: Violation[] = [];
  for (const { id } of account.world.phones.all()) {
    const asked = releases.filter((release) => release.account === account && release.instance_id === id);
    const jobs = jobsOf(account, id, own);
    for (const { job, created } of jobs) {
      const isAsked = asked.some(
        ({ at_ms, answer }) =>
          created >= at_ms - slack_ms && created <= (answer?.at_ms ?? created) + slack_ms,
      );
      if (!isAsked)
        violations.push({
          rule: "phone",
          about: [id],
          what: `phone ${id} was backed up by job ${job.id}, and nobody asked`,
        });
    }
    const good = jobs.filter(({ job }) => job.status === 2).length;
    if (good > asked.length)
      violations.push({
        rule: "phone",
        about: [id],
        what: `phone ${id} has ${good} backups for ${asked.length} releases`,
      });
  }
  return violations;
}

/** Every release is answered in time; under a calm fault profile one that can be is backed up. */
function forgotten(stage: Stage, releases: readonly Release[]): Violation[] {
  const dead = stage.queues.get(releaseQueue)?.deadLetters ?? [];
  const { stops } = control(stage);
  return releases.flatMap((release) => {
    const { instance_id, release_id, at_ms, answer, possible } = release;
    const wrong = (what: string): Violation => ({
      rule: "phone",
      about: [instance_id, release_id],
      what: `release ${release_id} of ${instance_id} ${what}`,
    });
    if (dead.some((body) => body.includes(`"${release_id}"`))) return [];
    if (answer === undefined)
      return at_ms < stage.time.now() - answered_ms ? [wrong("was never answered")] : [];
    const calm =
      at_ms > stage.conditions.calmSince_ms + hour_ms &&
      !overlaps(release, releases) &&
      !stops.some(({ until_ms }) => until_ms > at_ms) &&
      !isDisturbed(stage, instance_id, at_ms, answer.at_ms);
    return calm && possible && answer.kind !== "phone.released" ? [wrong("failed in calm weather")] : [];
  });
}
