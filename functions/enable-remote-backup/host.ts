import type { Surveyed } from "../../shared/instances/assess-host.ts";
import { type Host, type HostLook, hostRecord, seenHost } from "../../shared/instances/host.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { resultOfError } from "../../shared/work/failure.ts";
import { type LeaseTerms, leaseTerms } from "../../shared/work/lease.ts";
import { perform } from "../../shared/work/perform.ts";
import type { Performed, Result } from "../../shared/work/result.ts";
import type { Found, HostDeps, Provider } from "./definition.ts";

/** A call may have to wait for two minutes of the budget before it is sent. */
const lease: LeaseTerms = { ...leaseTerms, deadline_ms: 150_000 };

/** Brings one host's record up to date with the survey, and sets its server where one is to be set. */
export async function backUpHost(
  message: Found,
  surveyed: Surveyed,
  deps: Omit<HostDeps, "provider"> & { readonly provider: Provider },
): Promise<Performed> {
  const { ledger, clock, provider } = deps;
  const listed = surveyed.hosts.get(message.host_id);
  const assess = () => listed && surveyed.assess(listed);
  const look = listed && { host_name: listed.host_name ?? "", assessment: surveyed.assess(listed) };
  const host = await remember(ledger, message, look, clock.now());
  if (!host) return { did: "nothing", why: "the ledger knows no such host" };

  return perform(
    {
      record: hostRecord,
      look: async (value) => {
        const found = assess();
        return found?.is === "covered" ? { id: found.server_id, value } : undefined;
      },
      mayAct() {
        const found = assess();
        if (!found) return { end: "skipped", reason: "gone: it is not in the list of protected hosts" };
        if (found.is === "left-out") return { end: "skipped", reason: found.reason };
        if (found.is === "covered")
          return { end: "done", reason: `server ${found.server_id} has it already` };
        return undefined;
      },
      act: (value) => setServer(value, surveyed, provider),
    },
    { ...deps, lease },
    { id: message, attempt: message.attempt ?? host.work.attempt },
  );

  async function setServer(value: Host, { assigned }: Surveyed, client: Provider): Promise<Result<Host>> {
    const found = assess();
    if (found?.is !== "uncovered") return { result: "no-effect", reason: "it needs no server any more" };
    const { server } = found;
    try {
      await client.setRemoteBackup(
        {
          path: { host_id: value.host_id },
          body: {
            remote_backup: true,
            backup_addr: server.address,
            backup_host_id: server.backup_host_id,
          },
        },
        { deadline_ms: lease.deadline_ms },
      );
      assigned(value.host_id, server.backup_host_id);
      return {
        result: "accepted",
        id: server.backup_host_id,
        value: { ...value, server },
        adopted: false,
      };
    } catch (error) {
      return resultOfError(error);
    }
  }
}

/** The host's record, open again where the survey shows that something is to be done. */
async function remember(
  ledger: Ledger,
  message: Found,
  look: HostLook | undefined,
  now_ms: number,
): Promise<Host | undefined> {
  for (;;) {
    const seen = await hostRecord.read(ledger, message);
    if (!seen || !look) return seen?.value;
    const host = seenHost(seen.value, look, now_ms);
    if (host === seen.value || (await hostRecord.replace(ledger, seen, host)) !== "conflict") return host;
  }
}
