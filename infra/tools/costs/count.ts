import * as z from "zod";
import type { AwsCall } from "../../local/aws/request.ts";
import type { EngineEvent } from "../../local/functions/events.ts";

/** What was used of AWS in some time. All are counts but `gb_seconds` and `log_bytes`. */
export interface Usage {
  readonly invocations: number;
  /** With the time that the provider would take for its answers. */
  readonly gb_seconds: number;
  readonly provider_calls: number;
  readonly sqs_requests: number;
  readonly dynamodb_write_units: number;
  readonly dynamodb_read_units: number;
  readonly sns_publishes: number;
  readonly s3_puts: number;
  readonly secrets_calls: number;
  readonly schedule_firings: number;
  readonly log_bytes: number;
}

export const noUsage: Usage = {
  ...{ invocations: 0, gb_seconds: 0, provider_calls: 0, sqs_requests: 0 },
  ...{ dynamodb_write_units: 0, dynamodb_read_units: 0 },
  ...{ sns_publishes: 0, s3_puts: 0, secrets_calls: 0, schedule_firings: 0, log_bytes: 0 },
};

/** The stand-in answers in milliseconds; the provider takes about so long for a call, and a function waits for it. */
export const ANSWER_S = 0.5;

const writeUnit_bytes = 1024;
const readUnit_bytes = 4096;
/** Most items are in the index too, which is written with the table. */
const tableAndIndex = 2;

/** What one call costs in units. Sizes are those on the wire, a little more than what AWS counts. */
export function usageOfCall({ accesses, request_bytes, answer_bytes }: AwsCall): Partial<Usage> {
  const action = accesses[0]?.action ?? "";
  if (/^dynamodb:(Put|Delete)Item$/.test(action))
    return { dynamodb_write_units: tableAndIndex * Math.ceil(request_bytes / writeUnit_bytes) };
  if (action.startsWith("dynamodb:"))
    return { dynamodb_read_units: Math.max(1, Math.ceil(answer_bytes / readUnit_bytes)) };
  // An empty poll is counted by time: the engine's polls are as fast as its clock, those of AWS are not.
  if (action === "sqs:ReceiveMessage") return {};
  if (action.startsWith("sqs:")) return { sqs_requests: 1 };
  if (action.startsWith("sns:")) return { sns_publishes: 1 };
  if (action.startsWith("s3:")) return { s3_puts: 1 };
  if (action.startsWith("secretsmanager:")) return { secrets_calls: 1 };
  return {};
}

/** What one event of the engine costs; `memory_gb` is that of the function, `speed` that of the engine's clock. */
export function usageOfEvent(
  event: EngineEvent,
  { memory_gb, speed }: { readonly memory_gb: (name: string) => number; readonly speed: number },
): Partial<Usage> {
  switch (event.type) {
    case "function-ended":
      // Functions run in real time; the engine tells durations on its own clock.
      return {
        invocations: 1,
        gb_seconds: (event.duration_ms / speed / 1000) * memory_gb(event.function),
      };
    case "schedule-fired":
      return { schedule_firings: 1 };
    case "messages-received":
      return { sqs_requests: 1 };
    case "log": {
      const provider_calls = callsIn(event.line);
      const gb_seconds = provider_calls * ANSWER_S * memory_gb(event.function);
      return { log_bytes: Buffer.byteLength(event.line), provider_calls, gb_seconds };
    }
    default:
      return {};
  }
}

const measured = z.object({ ApiCalls: z.number() });

/** The calls of the provider that a line of metrics counts. */
function callsIn(line: string): number {
  if (!line.includes('"ApiCalls":')) return 0;
  return measured.parse(JSON.parse(line)).ApiCalls;
}

/** Adds usages, each so many times. */
export function sumUsage(parts: readonly (readonly [usage: Partial<Usage>, times: number])[]): Usage {
  const of = (name: keyof Usage) =>
    parts.reduce((sum, [usage, times]) => sum + (usage[name] ?? 0) * times, 0);
  return {
    invocations: of("invocations"),
    gb_seconds: of("gb_seconds"),
    provider_calls: of("provider_calls"),
    sqs_requests: of("sqs_requests"),
    dynamodb_write_units: of("dynamodb_write_units"),
    dynamodb_read_units: of("dynamodb_read_units"),
    sns_publishes: of("sns_publishes"),
    s3_puts: of("s3_puts"),
    secrets_calls: of("secrets_calls"),
    schedule_firings: of("schedule_firings"),
    log_bytes: of("log_bytes"),
  };
}
