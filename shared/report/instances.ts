import type { Audit } from "../instances/audit.ts";
import type { Host } from "../instances/host.ts";
import type { Phone } from "../instances/phones/phone.ts";
import type { Work } from "../work/work.ts";

/** How many there are, how many of them are safe, and of how many people are told why they are not (yet). */
export interface Coverage {
  readonly expected: number;
  readonly covered: number;
  readonly reported: number;
}

export interface InstanceRecords {
  readonly audits: readonly Audit[];
  readonly hosts: readonly Host[];
  /** Releases: those that are open, and those that have ended since whatever the summary is of. */
  readonly phones: readonly Phone[];
}

export interface InstanceSummary {
  readonly auditInstances: Coverage;
  readonly webHosts: Coverage;
  readonly phones: Coverage;
}

/** One thing that is not covered, and why. */
export interface Uncovered {
  readonly kind: "audit-instance" | "web-host" | "phone";
  readonly id: string;
  readonly code: string | null;
  readonly reason: string;
  readonly open: boolean;
}

/** Counts what is covered; whatever is not is reported: left out, failed, or still waiting. Pure. */
export function summarizeInstances(records: InstanceRecords): InstanceSummary {
  const { audits, hosts, phones } = existing(records);
  return {
    auditInstances: coverageOf(audits),
    webHosts: coverageOf(hosts),
    phones: coverageOf(phones),
  };
}

/** Those that are not covered, each with its reason in words. Pure. */
export function uncoveredInstances(records: InstanceRecords): Uncovered[] {
  const { audits, hosts, phones } = existing(records);
  const uncovered = <Value extends { readonly work: Work }>(
    kind: Uncovered["kind"],
    values: readonly Value[],
    idOf: (value: Value) => string,
  ) =>
    values
      .filter((value) => !isCovered(value))
      .map((value) => ({ kind, id: idOf(value), ...why(value.work) }));
  return [
    ...uncovered("audit-instance", audits, ({ instance_id }) => instance_id),
    ...uncovered("web-host", hosts, ({ host_id }) => host_id),
    ...uncovered("phone", phones, ({ instance_id }) => instance_id),
  ];
}

/** What the provider does not have any more is not expected. A release is expected whatever became of its phone. */
const existing = ({ audits, hosts, phones }: InstanceRecords): InstanceRecords => ({
  audits: audits.filter(({ gone_at_ms }) => gone_at_ms === null),
  hosts: hosts.filter(({ gone_at_ms }) => gone_at_ms === null),
  phones,
});

const isCovered = ({ work }: { readonly work: Work }) => work.settled?.outcome === "done";

function coverageOf(values: readonly { readonly work: Work }[]): Coverage {
  const covered = values.filter(isCovered).length;
  return { expected: values.length, covered, reported: values.length - covered };
}

function why({ state, attempt, settled }: Work): Pick<Uncovered, "code" | "reason" | "open"> {
  if (!settled) return { code: null, reason: `still ${state}, attempt ${attempt}`, open: true };
  return { code: settled.code, reason: settled.reason ?? "no reason was recorded", open: false };
}
