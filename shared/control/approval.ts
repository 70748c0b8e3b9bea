import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord } from "../ledger/record.ts";

/** A person has read a plan and lets it be carried out: that plan, and no other. */
const approvalSchema = z.object({
  hash: z.string(),
  approved_at_ms: z.number().int(),
});

type Approval = z.output<typeof approvalSchema>;

const approvalRecord = defineRecord({
  kind: "approval",
  version: 1,
  schema: approvalSchema,
  partition: ({ hash }: { readonly hash: string }) => `approval#${hash}`,
  sort: () => "approval",
});

export async function approvalOf(ledger: Ledger, hash: string): Promise<Approval | undefined> {
  return (await approvalRecord.read(ledger, { hash }))?.value;
}

/** Approves a plan; a second approval of the same plan changes nothing. */
export async function approve(ledger: Ledger, approval: Approval): Promise<void> {
  await approvalRecord.create(ledger, approval);
}
