import type { InjectedBug } from "./bug.ts";

/** Mistakes with phones, audit instances and web hosts. */
export const instanceBugs: readonly InjectedBug[] = [
  {
    name: "announce-early",
    does: "announces a phone's release when its backup has begun",
    file: "shared/instances/phones/confirm.ts",
    from: "  if (job?.status !== 2) {",
    to: '  if (job?.status === 1) return { ...seen, work: settle(work, { now_ms, outcome: "done" }) };\n  if (job?.status !== 2) {',
  },
  {
    name: "another-phones-job",
    does: "records the first job of a call's answer for every phone of it",
    file: "functions/back-up-phones/call.ts",
    from: "const job_id = jobs[phone.instance_id];",
    to: "const job_id = Object.values(jobs)[0];",
  },
  {
    name: "phones-repeated",
    does: "lets the client repeat the call that backs phones up",
    file: "functions/back-up-phones/call.ts",
    from: "{ deadline_ms: lease.deadline_ms, attempts: 1 },",
    to: "{ deadline_ms: lease.deadline_ms },",
  },
  {
    name: "stopped-server-covers",
    does: "takes a host whose backup server has stopped for covered",
    file: "shared/instances/assess-host.ts",
    from: 'if (runs(current)) return { is: "covered"',
    to: 'if (current !== "") return { is: "covered"',
  },
  {
    name: "any-network",
    does: "gives a host a backup server of another network",
    file: "shared/instances/assess-host.ts",
    from: "runs(server.backup_host_id) && networks.ofServer(server) === network",
    to: "runs(server.backup_host_id)",
  },
  {
    name: "switch-set-by-hand",
    does: "switches the backup of an audit instance that the estate says is set by hand",
    file: "shared/instances/audit.ts",
    from: "const by_hand = rules.by_hand.includes(id.instance_id);",
    to: "const by_hand = false;",
  },
  {
    name: "audit-without-looking",
    does: "switches an audit instance on without looking whether somebody has",
    file: "shared/instances/audit.ts",
    from: "const work = plan(now_ms, { look_first: true });",
    to: "const work = plan(now_ms);",
  },
];
