import * as z from "zod";
import { auditInstanceFound } from "../../events/audit-instance-found.ts";
import { hostFound } from "../../events/host-found.ts";
import type { Project } from "../estate/estate.ts";

/** A trace of the provider's audit log (CTS), as far as it is read. */
const trace = z.looseObject({
  service_type: z.string(),
  trace_name: z.string(),
  resource_id: z.string(),
  project_id: z.string().optional(),
  /** `normal` for an operation that succeeded. */
  trace_rating: z.string().optional(),
});

/** An event that a trace stands for, as text for the queue that it belongs to. */
export interface MappedEvent {
  readonly queue: "audit" | "host";
  readonly body: string;
}

/** Which traces say that something new exists (the services' pages "operations recorded by CTS"). */
const interesting: Readonly<Record<string, { queue: MappedEvent["queue"]; names: RegExp }>> = {
  DBSS: { queue: "audit", names: /^(createInstance|cloudServiceInstanceCreate|startInstance)$/ },
  HSS: { queue: "host", names: /^(open(Hosts|Wtp)ProtectStatus|setWtpProtectionStatus\w*)$/ },
};

/** The event that a notification's message stands for; undefined when it is nothing of ours. Pure. */
export function eventOfTrace(message: string, project: Project): MappedEvent | undefined {
  const parsed = trace.safeParse(decode(message));
  if (!parsed.success) return undefined;
  const { service_type, trace_name, resource_id, project_id, trace_rating } = parsed.data;
  if (project_id !== undefined && project_id !== project.project_id) return undefined;
  if (trace_rating !== undefined && trace_rating !== "normal") return undefined;
  const known = interesting[service_type.toUpperCase()];
  if (!known?.names.test(trace_name)) return undefined;
  const { audit, hosts } = project.instances;
  if (known.queue === "audit") {
    const found = auditInstanceFound.schema.safeParse({ project: project.name, instance_id: resource_id });
    return audit && found.success
      ? { queue: "audit", body: auditInstanceFound.create(found.data) }
      : undefined;
  }
  const found = hostFound.schema.safeParse({ project: project.name, host_id: resource_id });
  return hosts && found.success ? { queue: "host", body: hostFound.create(found.data) } : undefined;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
