import type { RecordedCall } from "./recorder.ts";

/** Calls that must be made one after the other. Lanes are independent of each other. */
export type Lane = readonly RecordedCall[];

/** What the raw program can repeat: calls of the ledger, the queue and the provider. */
const repeated = (call: RecordedCall): boolean =>
  call.to === "dynamodb" || call.to === "provider" || call.operation === "SendMessageBatch";

/**
 * The same calls as lanes: those that name the same vault follow each other, as do those of the budget and the night;
 * lists and batches of messages stand for themselves.
 */
export function lanesOf(calls: readonly RecordedCall[]): Lane[] {
  const wanted = calls.filter(repeated);
  return [...Map.groupBy(wanted, (call) => subjectOf(call) ?? call).values()];
}

/** The vault or record that a call is about. */
function subjectOf({ operation, body }: RecordedCall): string | undefined {
  if (operation === "SendMessageBatch" || operation === "Query") return undefined;
  const vault = /"vault_id":(?:\{"S":)?"([^"]+)"/.exec(body) ?? /"sort":\{"S":"([^"]+)"/.exec(body);
  return vault?.[1];
}

/** Deals lanes to `hands` programs, each about as many calls. */
export function deal(lanes: readonly Lane[], hands: number): Lane[][] {
  const dealt: Lane[][] = Array.from({ length: hands }, () => []);
  lanes.forEach((lane, index) => {
    dealt[index % hands]?.push(lane);
  });
  return dealt;
}
