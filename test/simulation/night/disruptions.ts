import { type Role, roles } from "../../../infra/local/provider/demo/identities.ts";
import type { CloudOutcome } from "../../../infra/local/provider/wire.ts";
import type { AccessKey } from "../../../infra/local/provider/world/model.ts";
import type { SeededRandom } from "../../../infra/local/provider/world/random.ts";
import type { World } from "../../../infra/local/provider/world/world.ts";
import type { Journal } from "../models/journal.ts";
import type { VirtualTime } from "../models/time.ts";
import type { Account } from "./account.ts";
import type { Draws } from "./world.ts";

const hour_ms = 3_600_000;
/** Which generation of the world brought them. */
export const disruptionsSince = 3;

/** What one project may suffer for hours, while others do not: its provider's gateway, or the keys that open it. */
export const disruptionKinds = [
  "refuses connections",
  "hangs",
  "throttles everything",
  "answers with a page for maintenance",
  "has lost its secrets",
  "refuses its keys",
  "rotates its keys",
] as const;
type DisruptionKind = (typeof disruptionKinds)[number];

export interface Disruption {
  /** The project's name. */
  readonly project: string;
  readonly kind: DisruptionKind;
  /** Since the evening before the night. */
  readonly from_ms: number;
  readonly until_ms: number;
  /** The notification topic refuses everything at the same time. */
  readonly topic: boolean;
}

/** Whether an episode begins with a night in which one project is disrupted and nothing else goes wrong. */
export const beginsIsolated = (draws: Draws, world: number): boolean =>
  world >= disruptionsSince && draws("isolated", "episode", 0).fraction() < 0.07;

/** The disruptions of one night. */
export function drawDisruptions(
  draws: Draws,
  { night, projects, isolated }: { night: number; projects: readonly string[]; isolated: boolean },
): Disruption[] {
  const draw = (project: string, random: SeededRandom): Disruption => ({
    project,
    kind: random.pick(disruptionKinds),
    from_ms: random.between(1, 4 * 60) * 60_000,
    until_ms: random.between(5, 12) * hour_ms,
    topic: random.fraction() < 0.4,
  });
  if (isolated) {
    const random = draws("disrupted", "somebody", night);
    const project = projects[random.between(0, projects.length - 1)];
    if (project === undefined) return [];
    const drawn = draw(project, random);
    // Keys are noticed to be rotated only by whoever has used the old ones.
    return [drawn.kind === "rotates its keys" ? drawn : { ...drawn, from_ms: 0 }];
  }
  return projects.flatMap((project) => {
    const random = draws("disrupted", project, night);
    return random.fraction() < 0.03 ? [draw(project, random)] : [];
  });
}

/** What goes wrong now for whole projects; and the secrets, as somebody keeps them. */
export interface Disruptions {
  begin(night: readonly Disruption[]): void;
  /** The one of a night in which nothing else goes wrong; others must not feel it. */
  isolated: Disruption | undefined;
  /** Ends all of them for ever. */
  end(): void;
  of(project: string): DisruptionKind | undefined;
  readonly topicIsDown: boolean;
  /** As Secrets Manager answers. */
  readSecret(project: string, role: Role): string;
}

export function openDisruptions({
  time,
  journal,
  accounts,
}: {
  readonly time: VirtualTime;
  readonly journal: Journal;
  readonly accounts: readonly Account[];
}): Disruptions {
  const active = new Map<string, Disruption>();
  const keys = new Map(accounts.map((account) => [account.name, keyRing(account)]));
  let over = false;
  const start = (one: Disruption) => {
    if (over) return;
    active.set(one.project, one);
    journal.note(one.project, `${one.kind}${one.topic ? ", and the topic is down" : ""}`);
    if (one.kind === "refuses its keys") keys.get(one.project)?.revoke();
    if (one.kind === "rotates its keys") {
      keys.get(one.project)?.revoke();
      keys.get(one.project)?.renew();
    }
  };
  const stop = (one: Disruption) => {
    if (active.get(one.project) !== one) return;
    active.delete(one.project);
    journal.note(one.project, `no longer ${one.kind}`);
    if (one.kind === "refuses its keys") keys.get(one.project)?.renew();
  };
  return {
    isolated: undefined,
    begin(night) {
      for (const one of night) {
        time.after(one.from_ms, () => start(one));
        time.after(one.until_ms, () => stop(one));
      }
    },
    end() {
      over = true;
      for (const one of [...active.values()]) stop(one);
    },
    of: (project) => active.get(project)?.kind,
    get topicIsDown() {
      return [...active.values()].some(({ topic }) => topic);
    },
    readSecret(project, role) {
      const secret = keys.get(project)?.secret(role);
      if (secret === undefined || active.get(project)?.kind === "has lost its secrets")
        throw new Error(`Secrets Manager can't find the specified secret vigil/${project}/${role}`);
      return secret;
    },
  };
}

/** The access keys of a project's users, and what its secrets say they are. */
function keyRing({ world, identities }: Account) {
  const current = new Map(roles.map((role) => [role, accessKeyOf(world, identities.roles[role].ak)]));
  return {
    secret: (role: Role) => {
      const key = current.get(role);
      return key && JSON.stringify({ kind: "aksk", ak: key.ak, sk: key.sk });
    },
    /** The provider knows them no longer. */
    revoke() {
      for (const { ak } of current.values()) world.keys.delete(ak);
    },
    /** Each user gets a new key, and its secret says so. */
    renew() {
      for (const [role, { ak, sk, user_id }] of current) {
        const key = { ak: `${ak}N`, sk: [...sk].reverse().join(""), user_id };
        world.keys.set(key.ak, key);
        current.set(role, key);
      }
    },
  };
}

function accessKeyOf(world: World, ak: string): AccessKey {
  const key = world.keys.get(ak);
  if (key === undefined) throw new Error(`the world has no access key ${ak}`);
  return key;
}

/** What a gateway answers in place of the provider; undefined where it passes the call on. */
export function gatewayAnswer(kind: DisruptionKind | undefined): CloudOutcome | undefined {
  if (kind === "hangs") return { kind: "hang" };
  if (kind === "throttles everything") return throttled;
  if (kind === "answers with a page for maintenance") return maintenance;
  return undefined;
}

const throttled: CloudOutcome = {
  kind: "answer",
  status: 429,
  headers: { "content-type": "application/json", "retry-after": "300" },
  body: JSON.stringify({ error_code: "APIGW.0308", error_msg: "The throttling threshold has been reached." }),
};
const maintenance: CloudOutcome = {
  kind: "answer",
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>",
};
