import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, type Stored } from "../ledger/record.ts";

const nightSchema = z.object({
  project: z.string(),
  rule: z.string(),
  scheduled_at: z.string(),
  deadline_at_ms: z.number().int(),
  /** planning: slots are being written; open: some are not settled; closed: all are. */
  state: z.enum(["planning", "open", "closed"]),
  planned_at_ms: z.number().int(),
  closed_at_ms: z.number().int().nullable(),
  /** It was not planned when its schedule fired but made up afterwards. */
  late: z.boolean(),
  selected: z.number().int(),
  skipped: z.number().int(),
  unselected: z.number().int(),
  /** What to change if the night cannot be posted before its deadline; empty if it can. */
  advice: z.string(),
});

export type Night = z.output<typeof nightSchema>;
export interface NightId {
  readonly project: string;
  readonly rule: string;
  readonly scheduled_at: string;
}

const partition = (project: string) => `nights#${project}`;

export const nightRecord = defineRecord({
  kind: "night",
  version: 1,
  schema: nightSchema,
  idOf: (night): NightId => night,
  key: ({ project, rule, scheduled_at }: NightId) => ({
    partition: partition(project),
    sort: `${scheduled_at}#${rule}`,
  }),
});

/** A project's nights, newest first. */
export const nightsOf = (ledger: Ledger, project: string) =>
  nightRecord.list(ledger, { partition: partition(project), descending: true });

/** How far back open nights are looked for; a night settles or is given up long before. */
const recentNights = 40;

/** A night that is not closed. */
export interface OpenNight extends Stored<Night> {
  /** A later night of its rule was planned: nobody begins this one again. */
  readonly superseded: boolean;
}

/** The nights of a project that are not closed, oldest first. */
export async function openNights(ledger: Ledger, project: string): Promise<OpenNight[]> {
  const open: OpenNight[] = [];
  const rules = new Set<string>();
  let seen = 0;
  for await (const night of nightsOf(ledger, project)) {
    const { rule, state } = night.value;
    if (state !== "closed") open.unshift({ ...night, superseded: rules.has(rule) });
    rules.add(rule);
    if (++seen >= recentNights) break;
  }
  return open;
}
