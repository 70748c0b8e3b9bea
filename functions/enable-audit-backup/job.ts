import type { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { projectOf } from "../../shared/estate/find.ts";
import type { AuditRules } from "../../shared/estate/instances.ts";
import { type Audit, auditRecord, newAudit, nextTrigger, seenAudit } from "../../shared/instances/audit.ts";
import type { Deps, DepsInProject } from "../../shared/lambda/deps.ts";
import { implement } from "../../shared/lambda/implement.ts";
import type { Ledger } from "../../shared/ledger/ledger.ts";
import { resultOfError } from "../../shared/work/failure.ts";
import { perform } from "../../shared/work/perform.ts";
import type { Performed, Result } from "../../shared/work/result.ts";
import { definition } from "./definition.ts";

type Found = ReturnType<typeof auditInstanceFound.parse>;

/** Turns the automatic backup of one audit instance on, once; an instance set by hand is left alone. */
export async function enableAuditBackup(found: Found, deps: Deps<typeof definition>): Promise<Performed> {
  const { ledger, clock } = deps;
  const project = projectOf(deps.estate, found.project);
  const provider = await deps.provider(project);
  const inProject = { ...deps, project, provider };
  const rules = project.instances.audit;
  if (!rules) return { did: "nothing", why: `project ${project.name} has no rules for audit instances` };

  const audit = await remember(ledger, found, rules, clock.now());
  return perform(
    {
      record: auditRecord,
      act: (value) => switchOn(value, rules, inProject),
      // Status 1 says that a backup works already: whoever set it up, it is covered.
      look: async (value) => {
        const { instance_id } = value;
        const { status } = await provider.showAuditBackupStatus({ path: { instance_id } });
        return status === 1 ? { id: instance_id, value } : undefined;
      },
    },
    inProject,
    { id: found, attempt: found.attempt ?? audit.work.attempt },
  );
}

/** The ledger's record of the instance, new or brought up to date; written before anything is done. */
async function remember(ledger: Ledger, found: Found, rules: AuditRules, now_ms: number): Promise<Audit> {
  for (;;) {
    const seen = await auditRecord.read(ledger, found);
    const audit = seen ? seenAudit(seen.value, rules, now_ms) : newAudit(found, rules, now_ms);
    if (seen?.value === audit) return audit;
    if ((await auditRecord.put(ledger, seen, audit)) !== "conflict") return audit;
  }
}

async function switchOn(
  audit: Audit,
  rules: AuditRules,
  { project, provider, clock, lease }: DepsInProject<typeof definition>,
): Promise<Result<Audit>> {
  const trigger = nextTrigger({ ...rules, timezone: rules.timezone ?? project.timezone }, clock.now());
  try {
    await provider.setAuditBackup(
      {
        path: { instance_id: audit.instance_id },
        body: {
          bucket_name: rules.bucket_name,
          bucket_root_path: rules.bucket_root_path,
          cycle: rules.cycle,
          mode: "AUTO",
          status: 1,
          trigger_time: trigger.text,
        },
      },
      { deadline_ms: lease.deadline_ms },
    );
    const value = { ...audit, trigger_at_ms: trigger.at_ms };
    return { result: "accepted", id: audit.instance_id, value, adopted: false };
  } catch (error) {
    return resultOfError(error);
  }
}

export const implementation = implement(definition, enableAuditBackup);
