import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";
import { chunks, inParallel } from "../runtime/parallel.ts";

/** The resources that were in any vault of a project when a run began, so that an orphan can be told from a moved one. */
const protectedResources = defineRecord({
  kind: "protected-resources",
  version: 1,
  schema: z.object({
    project: z.string(),
    scheduled_at: z.string(),
    part: z.number().int(),
    seen_at_ms: z.number().int(),
    resources: z.array(z.string()),
  }),
  idOf: (part): { project: string; scheduled_at: string; part: number } => part,
  key: ({ project, scheduled_at, part }: { project: string; scheduled_at: string; part: number }) => ({
    partition: `protected#${project}#${scheduled_at}`,
    sort: String(part).padStart(6, "0"),
  }),
  expires_at_ms: ({ seen_at_ms }) => seen_at_ms + 40 * 86_400_000,
});

/** Ids of 36 characters: some 200 KB, half of what an entry may hold. */
const idsInPart = 5_000;
const ledgerWrites = 8;

interface Run {
  readonly project: string;
  readonly scheduled_at: string;
}

/** Writes them down once; a planner that is retried changes nothing. */
export async function rememberProtected(
  ledger: Ledger,
  { project, scheduled_at }: Run,
  resources: readonly string[],
  seen_at_ms: number,
): Promise<void> {
  const parts = chunks(resources, idsInPart).map((some, part) => ({
    ...{ project, scheduled_at, part, seen_at_ms },
    resources: some,
  }));
  await inParallel(parts, ledgerWrites, (part) => protectedResources.create(ledger, part));
}

export async function protectedIn(
  ledger: Ledger,
  { project, scheduled_at }: Run,
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  const partition = `protected#${project}#${scheduled_at}`;
  for await (const { value } of protectedResources.list(ledger, { partition })) {
    for (const id of value.resources) known.add(id);
  }
  return known;
}
