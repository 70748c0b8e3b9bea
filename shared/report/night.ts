import { isAvailable, type Slot } from "../checkpoints/slot.ts";

/** One thing that has no checkpoint, with the reason in words. */
interface Unprotected {
  readonly id: string;
  readonly name?: string;
  readonly kind: "vault" | "resource";
  /** The vault that a resource is in. */
  readonly vault_id?: string;
  readonly code?: string;
  readonly reason: string;
}

/** What a night came to. Numbers count vaults. */
export interface NightSummary {
  readonly selected: number;
  /** Vaults that the rules select and whose state forbids a backup. */
  readonly skipped: readonly { readonly id: string; readonly name: string; readonly reason: string }[];
  /** Vaults with a checkpoint in which every resource has a good backup, or all those that the provider takes. */
  readonly available: number;
  /** Vaults without a checkpoint, and resources without a good backup in vaults of which others have one. */
  readonly failed: readonly Unprotected[];
  /** Vaults that needed more than one attempt. */
  readonly retried: number;
  /** Vaults whose slot is still open. */
  readonly open: number;
  /** Vaults that were covered, but after the deadline. */
  readonly late: number;
  /** Every selected vault has its checkpoint, in time. */
  readonly goalsMet: boolean;
}

/** Sums a night up from its slots. Pure. */
export function summarizeNight(slots: readonly Slot[]): NightSummary {
  const chosen = slots.filter(({ work }) => work.settled?.outcome !== "skipped");
  const available = chosen.filter(isAvailable);
  const late = available.filter((slot) => (slot.work.settled?.at_ms ?? 0) > slot.deadline_at_ms);
  return {
    selected: chosen.length,
    skipped: slots
      .filter(({ work }) => work.settled?.outcome === "skipped")
      .map(({ vault_id, vault_name, work }) => ({
        id: vault_id,
        name: vault_name,
        reason: work.settled?.reason ?? "no reason was recorded",
      })),
    available: available.length,
    failed: chosen.flatMap(failures),
    retried: chosen.filter(({ work }) => work.attempt > 1).length,
    open: chosen.filter(({ work }) => work.state !== "settled").length,
    late: late.length,
    goalsMet: chosen.length > 0 && available.length === chosen.length && late.length === 0,
  };
}

function failures(slot: Slot): Unprotected[] {
  const { vault_id, vault_name, work } = slot;
  const { outcome, code, reason } = work.settled ?? {
    outcome: "open",
    code: null,
    reason: `still ${work.state}, attempt ${work.attempt}`,
  };
  if (outcome !== "done" && outcome !== "partial") {
    return [
      {
        id: vault_id,
        name: vault_name,
        kind: "vault",
        ...(code && { code }),
        reason: reason ?? "no reason was recorded",
      },
    ];
  }
  return slot.resources
    .filter((id) => slot.covered[id] === undefined)
    .map((id) => {
      const failure = slot.failure[id] ?? {
        code: "unknown",
        reason: "it has no backup, and no error was reported",
      };
      // Another attempt might have covered it: why there was none says more than why the last one failed.
      const late = isAvailable(slot) || reason === null ? "" : `; ${reason}`;
      return {
        id,
        kind: "resource",
        vault_id,
        code: failure.code,
        reason: `${failure.code}: ${failure.reason}${late}`,
      };
    });
}
