import type { Stage } from "../../night/stage.ts";

/** What an attempt's name says, read here without the product's own code. */
export interface ReadName {
  /** The slot's part: the same for all its attempts. */
  readonly slot: string;
  /** As `2026-11-21T01:00:00Z`. */
  readonly scheduled_at: string;
  readonly attempt: number;
}

const form = /^(vigil-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[0-9a-f]{12})-(\d+)$/;

/** Undefined for a name that is not one of ours. */
export function readName(name: string): ReadName | undefined {
  const [, slot = "", year, month, day, hour, minute, second, attempt] = form.exec(name) ?? [];
  if (attempt === undefined) return undefined;
  return {
    slot,
    scheduled_at: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`,
    attempt: Number(attempt),
  };
}

/** Whether a name is that of one of the deployment's attempts of this time. Another deployment's look alike. */
export const isAttemptOf = ({ posted }: Stage, name: string, scheduled_at: string): boolean =>
  posted.has(name) && readName(name)?.scheduled_at === scheduled_at;
