import * as z from "zod";
import type { CloudOutcome } from "../../../infra/local/provider/wire.ts";
import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";

/** What a gateway makes of an answer that is right. */
export interface Oddity {
  readonly name: string;
  /** It answers in place of the provider, which never hears of the call. */
  readonly instead?: CloudOutcome;
  /** Undefined where this oddity does not fit the answer. */
  change?(answer: Answer, random: SeededRandom): Answer | undefined;
}

type Answer = Extract<CloudOutcome, { readonly kind: "answer" }>;

/** Beside those that the stand-in has itself among its faults. */
export const oddities: readonly [Oddity, ...Oddity[]] = [
  { name: "a pause of hours", instead: pause(2 * 3_600) },
  { name: "a pause of a day", instead: pause(24 * 3_600) },
  { name: "a long-winded error", change: longWinded },
  { name: "an unknown word", change: unknownWord },
];

const isGood = ({ status }: Answer) => status < 300;

function pause(retry_after_s: number): Answer {
  return {
    kind: "answer",
    status: 429,
    headers: { "content-type": "application/json", "retry-after": String(retry_after_s) },
    body: JSON.stringify({
      error_code: "APIGW.0308",
      error_msg: "The throttling threshold has been reached.",
    }),
  };
}

const errorSchema = z.looseObject({ error_msg: z.string() });

function longWinded(answer: Answer, random: SeededRandom) {
  if (answer.status < 400) return undefined;
  const error = errorSchema.safeParse(JSON.parse(answer.body));
  if (!error.success) return undefined;
  const error_msg = `${error.data.error_msg} ${"The stack of the caller: ".repeat(random.between(1_000, 8_000))}`;
  return { ...answer, body: JSON.stringify({ ...error.data, error_msg }) };
}

const itemsSchema = z.array(z.looseObject({ id: z.string(), status: z.string() }));

/** One item of a list of tasks or backups has a status that no document names. */
function unknownWord(answer: Answer, random: SeededRandom) {
  if (!isGood(answer) || answer.body === "") return undefined;
  const body = z.looseObject({}).parse(JSON.parse(answer.body));
  for (const name of ["operation_logs", "backups"]) {
    const items = itemsSchema.safeParse(body[name]).data ?? [];
    const chosen = items[random.between(0, items.length - 1)];
    if (chosen === undefined) continue;
    const changed = items.map((one) => (one === chosen ? { ...one, status: "pondering" } : one));
    return { ...answer, body: JSON.stringify({ ...body, [name]: changed }) };
  }
  return undefined;
}
