import type { RecordedCall } from "../night/recorder.ts";
import type { TimedNight } from "../night/timed.ts";
import { type Row, rowOf } from "../row.ts";
import type { WholeNight } from "./whole-night.ts";

/** List prices in us-east-1, US dollars, without the free tier: Lambda on Arm, DynamoDB on demand, standard queues. */
const prices = {
  gb_second: 13.3334e-6,
  invocation: 0.2e-6,
  write_unit: 0.625e-6,
  read_unit: 0.125e-6,
  queue_request: 0.4e-6,
  notification: 0.5e-6,
  schedule_firing: 1e-6,
  secret_read: 5e-6,
  log_gb: 0.5,
} as const;

/** create-checkpoint waits no longer for the rate budget, in seconds: see its handler. */
const LONGEST_WAIT_S = 10;

export interface FunctionSize {
  readonly name: string;
  readonly memory_mb: number;
}

/** What AWS asks for a night, by what was counted of one; the time of the functions is that of the night without waits. */
export function costRow(
  night: WholeNight,
  timed: Pick<TimedNight, "durations">,
  sizes: readonly FunctionSize[],
): Row {
  const units = unitsOf(night.aws);
  const invocations = [...night.invocations.values()].reduce((sum, count) => sum + count, 0);
  const worked = sizes.map((size) => gbSeconds(size, night, timed));
  const gb_seconds = worked.reduce((sum, one) => sum + one, 0);
  const creator = sizes.find(({ name }) => name.endsWith("-create-checkpoint"));
  const batches = creator ? (night.invocations.get(creator.name) ?? 0) : 0;
  const waited = (batches * LONGEST_WAIT_S * (creator?.memory_mb ?? 0)) / 1024;
  const dollars =
    (gb_seconds + waited) * prices.gb_second +
    invocations * prices.invocation +
    units.writes * prices.write_unit +
    units.reads * prices.read_unit +
    // A poll that finds messages is one request; AWS's pollers of an empty queue cost the same day and night.
    (units.queue_requests + batches) * prices.queue_request +
    units.notifications * prices.notification +
    units.secrets * prices.secret_read +
    (invocations - batches) * prices.schedule_firing +
    (night.log_bytes / 1e9) * prices.log_gb;
  const thousands = night.result.selected / 1000;
  return rowOf({
    name: "AWS cost of a night per 1,000 vaults",
    values: [dollars / thousands],
    unit: "US dollars",
    baseline: "–",
    note: [
      `per night of ${night.result.selected} vaults: ${gb_seconds.toFixed(0)} GB-s of work and at most ${waited.toFixed(0)} of waiting for the rate budget`,
      `${invocations} invocations`,
      `${units.writes} write units`,
      `${units.reads} read units`,
      `${units.queue_requests + batches} queue requests`,
      `${(night.log_bytes / 1e6).toFixed(1)} MB of log`,
    ].join(", "),
  });
}

function gbSeconds(
  { name, memory_mb }: FunctionSize,
  night: WholeNight,
  { durations }: Pick<TimedNight, "durations">,
): number {
  const times = durations.get(name) ?? [];
  if (times.length === 0) return 0;
  const mean_s = times.reduce((sum, ms) => sum + ms, 0) / times.length / 1000;
  return ((night.invocations.get(name) ?? 0) * mean_s * memory_mb) / 1024;
}

/** A write unit is 1 KB, in the table and again in the index; a read unit 4 KB, read consistently. */
function unitsOf(calls: readonly RecordedCall[]) {
  const units = { writes: 0, reads: 0, queue_requests: 0, notifications: 0, secrets: 0 };
  for (const { to, operation, bytes, answer_bytes, body } of calls) {
    if (to === "sqs" && operation !== "ReceiveMessage") units.queue_requests += 1;
    if (to === "sns") units.notifications += 1;
    if (to === "secretsmanager") units.secrets += 1;
    if (to !== "dynamodb") continue;
    const isWrite = operation === "PutItem" || operation === "DeleteItem";
    const copies = body.includes('"subject_partition"') ? 2 : 1;
    if (isWrite) units.writes += copies * Math.max(1, Math.ceil(bytes / 1024));
    else units.reads += Math.max(1, Math.ceil(answer_bytes / 4096));
  }
  return units;
}
