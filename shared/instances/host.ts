import * as z from "zod";
import type { Ledger } from "../ledger/ledger.ts";
import { defineRecord, perProject } from "../ledger/record.ts";
import { nextAttempt, plan, reopen, settle } from "../work/transitions.ts";
import { isOpen, workSchema } from "../work/work.ts";
import type { Assessment } from "./assess-host.ts";

/** A host under web tamper protection and its remote backup. */
const hostSchema = z.object({
  project: z.string(),
  host_id: z.string(),
  host_name: z.string(),
  first_seen_at_ms: z.number().int(),
  /** When it was first missing from a complete list of protected hosts. */
  gone_at_ms: z.number().int().nullable(),
  work: workSchema,
  /** The attempt with which it was last begun (again): a limit counts from there. */
  begun_at_attempt: z.number().int(),
  /** The backup server that the host was given. */
  server: z.object({ backup_host_id: z.string(), name: z.string(), address: z.string() }).nullable(),
});

export type Host = z.output<typeof hostSchema>;

interface HostId {
  readonly project: string;
  readonly host_id: string;
}

export const hostRecord = defineRecord({
  kind: "host",
  version: 1,
  schema: hostSchema,
  partition: perProject("hosts"),
  sort: ({ host_id }: HostId) => host_id,
});

/** All protected hosts of a project that were ever seen, strongly consistent. */
export const hostsOf = (ledger: Ledger, project: string) => hostRecord.all(ledger, { project });

/** A host whose server could not be set is tried again after so long. */
const failedAgain_ms = 24 * 3_600_000;

export function newHost(id: HostId, now_ms: number): Host {
  return {
    project: id.project,
    host_id: id.host_id,
    host_name: "",
    first_seen_at_ms: now_ms,
    gone_at_ms: null,
    work: plan(now_ms),
    begun_at_attempt: 1,
    server: null,
  };
}

/** Whether a host's record says something else than a look at the host does. Pure. */
export function hostNeedsLook(host: Host | undefined, assessment: Assessment, now_ms: number): boolean {
  if (host === undefined || host.gone_at_ms !== null) return true;
  const { settled } = host.work;
  // What is open is looked after by settle-instances.
  if (isOpen(host.work) || !settled) return false;
  switch (assessment.is) {
    case "covered":
      return settled.outcome !== "done";
    case "left-out":
      return settled.outcome !== "skipped" || settled.reason !== assessment.reason;
    case "uncovered":
      return settled.outcome !== "failed" || now_ms >= settled.at_ms + failedAgain_ms;
  }
}

/** What a survey shows of a host. */
export interface HostLook {
  readonly host_name: string;
  readonly assessment: Assessment;
}

/** The record after a look at the host: open again where something is to be done. Pure; the same object when not. */
export function seenHost(host: Host, { host_name, assessment }: HostLook, now_ms: number): Host {
  const named = host.host_name === host_name ? host : { ...host, host_name };
  if (!hostNeedsLook(host, assessment, now_ms)) return named;
  const here: Host = { ...named, gone_at_ms: null };
  if (isOpen(here.work)) return here;
  const work = reopen(here.work, now_ms);
  return { ...here, work, begun_at_attempt: work.attempt };
}

/** A server that was set shows in the list of hosts after this time, or it was not set. */
const shownWithin_ms = 15 * 60_000;
const mostAttempts = 3;

/** Brings a host whose server was set up to date with what the listing shows of it. Pure. */
export function confirmHost(host: Host, listed_server_id: string | undefined, now_ms: number): Host {
  const { work, server } = host;
  if (work.state !== "accepted" || !work.accepted) return host;
  // What a look-up has found is known by its server's id alone.
  const { id, at_ms } = work.accepted;
  if (listed_server_id === id) return { ...host, work: settle(work, { now_ms, outcome: "done" }) };
  if (now_ms < at_ms + shownWithin_ms) return host;
  if (work.attempt - host.begun_at_attempt + 1 < mostAttempts)
    return { ...host, work: nextAttempt(work, { not_before_ms: now_ms }) };
  const reason = `the host still does not show backup server ${server?.name ?? id} after ${mostAttempts} attempts`;
  return { ...host, work: settle(work, { now_ms, outcome: "failed", code: "unconfirmed", reason }) };
}
