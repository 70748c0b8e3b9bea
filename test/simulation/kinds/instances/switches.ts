import * as z from "zod";
import type { Account } from "../../night/account.ts";
import type { Violation } from "../../night/kind.ts";
import { accountOf, type Stage } from "../../night/stage.ts";
import { isDisturbed } from "../checkpoints/expected.ts";
import { areNeighbours, isCovered, works } from "./oracle.ts";
import { instancesOf } from "./rules.ts";
import { bucket_name } from "./world.ts";

/** What was seen of an instance is relied on for so long; what people change meanwhile may come too late. */
const relied_ms = 20 * 60_000;

const remoteBackupSchema = z.object({ backup_host_id: z.string() });

/** Watches every switch that is set: what somebody else has set, and what works, is left as it is. */
export function watchSwitches(stage: Stage): Violation[] {
  const broken: Violation[] = [];
  stage.listeners.push({
    arriving({ method, url, origin, body }) {
      if (method !== "POST") return;
      const [service = "", name = ""] = new URL(origin).host.split(".");
      if (service !== "dbss" && service !== "hss") return;
      const account = accountOf(stage, name);
      account.world.advance(account.cloud.clock.now());
      const [id, why] =
        service === "dbss"
          ? wrongAudit(stage, account, url)
          : wrongHost(stage, account, url, Buffer.from(body).toString());
      if (why !== undefined)
        broken.push({
          rule: "instance",
          about: [id],
          what: `${id} is switched although ${why}`,
          at_ms: stage.time.now(),
        });
    },
  });
  return broken;
}

type Found = readonly [id: string, why?: string];

const idIn = (url: string, ids: readonly string[]) => ids.find((id) => url.includes(`/${id}`)) ?? "";

function wrongAudit(stage: Stage, account: Account, url: string): Found {
  const { world } = account;
  const id = idIn(
    url,
    world.auditInstances.all().map((one) => one.id),
  );
  const instance = world.auditInstances.get(id);
  if (instance === undefined || isRecent(stage, id)) return [id];
  if (instancesOf(stage, account)?.audit?.by_hand.includes(id))
    return [id, "the estate says that it is set by hand"];
  const isForeign = instance.backup !== undefined && instance.backup.bucket_name !== bucket_name;
  return isForeign && works(world, instance) ? [id, "somebody has set it already"] : [id];
}

function wrongHost(stage: Stage, account: Account, url: string, body: string): Found {
  const { world } = account;
  const id = idIn(
    url,
    world.hosts.all().map((one) => one.id),
  );
  const host = world.hosts.get(id);
  const { backup_host_id } = remoteBackupSchema.parse(JSON.parse(body));
  const server = world.backupHosts.get(backup_host_id);
  const recent = [id, ...world.backupHosts.all().map((one) => one.id)].some((one) => isRecent(stage, one));
  if (host === undefined || server === undefined || recent) return [id];
  const hasNetworks = (instancesOf(stage, account)?.hosts?.networks ?? []).length > 0;
  if (!areNeighbours(host, server, hasNetworks)) return [id, `server ${server.name} is in another network`];
  return isCovered(world, host) && host.backup_host_id !== server.id
    ? [id, "it has a server that runs"]
    : [id];
}

const isRecent = (stage: Stage, id: string) =>
  isDisturbed(stage, id, stage.time.now() - relied_ms, stage.time.now());
