import type { InjectedBug } from "./bug.ts";

/** Mistakes in what all kinds of work share. */
export const protocolBugs: readonly InjectedBug[] = [
  {
    name: "post-without-looking",
    does: "posts again after a lost answer without looking whether the first call worked",
    file: "shared/work/decide.ts",
    from: 'return { step: "look" };\n}',
    to: 'return { step: "act" };\n}',
  },
  {
    name: "ignore-lost-claim",
    does: "goes on after somebody else has claimed the work: the ledger's condition is ignored",
    file: "shared/work/perform.ts",
    from: "const claimed = await record.replace(ledger, seen, intended);",
    to: `const written = await record.replace(ledger, seen, intended);
  const claimed = written === "conflict" ? { revision: seen.revision + 1, value: intended } : written;`,
  },
  {
    name: "short-lease",
    does: "gives a call a lease that is over when the call has begun",
    file: "shared/work/lease.ts",
    from: "terms.deadline_ms + terms.gateway_timeout_ms + terms.listing_lag_ms + terms.clock_skew_ms;",
    to: "0;",
  },
  {
    name: "ignore-lease",
    does: "looks for the effect of a call while somebody may still be making it",
    file: "shared/work/decide.ts",
    from: "now_ms < work.intent.lease_until_ms",
    to: "now_ms < work.intent.at_ms",
  },
  {
    name: "doubt-is-no-effect",
    does: "takes a call whose answer was lost for one that had no effect",
    file: "shared/work/failure.ts",
    from: 'return { result: "unknown", reason };',
    to: 'return { result: "no-effect", reason };',
  },
  {
    name: "never-send-again",
    does: "never sends again what is due: a lost message is lost",
    file: "shared/work/decide.ts",
    from: "return now_ms >= answered_ms;",
    to: "return false;",
  },
  {
    name: "trust-short-list",
    does: "takes a list that moved while it was read for a complete one",
    file: "shared/api/reading.ts",
    from: 'if (this.options.moved !== "accept") throw new ListMoved(move);',
    to: "",
  },
  {
    name: "budget-not-shared",
    does: "sends without having booked the call where other functions see it",
    file: "shared/rate/budget.ts",
    from: 'seen = written === "conflict" ? undefined : written;',
    to: 'seen = written === "conflict" ? { revision: (seen?.revision ?? 0) + 1, value } : written;',
  },
  {
    name: "reads-lose-their-turn",
    does: "lets the wait for the rate budget count against a reading call's time",
    file: "shared/api/transport.ts",
    from: 'if (operation.method !== "GET") return untilEnd(',
    to: "return untilEnd(",
  },
];
