import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Credential } from "../../../shared/api/credential.ts";
import { systemClock } from "../../../shared/core/clock.ts";
import type { Estate, EstateInput } from "../../../shared/estate/estate.ts";
import { awsCron } from "../../../shared/estate/schedule.ts";
import { roles } from "../../../shared/estate/secrets.ts";
import { dynamoLedger } from "../../../shared/ledger/dynamo.ts";
import type { Ledger } from "../../../shared/ledger/ledger.ts";
import { atStandIn, demoSecret } from "../../estate/demo.ts";
import { ENGINE_KEY } from "../../local/aws/gateway.ts";
import type { AwsCall } from "../../local/aws/request.ts";
import { dynamoClient } from "../../local/clients.ts";
import { Engine } from "../../local/engine.ts";
import { describeEngine, type RunningEngine } from "../../local/engine-file.ts";
import type { EngineEvent } from "../../local/functions/events.ts";
import { createDemoWorld } from "../../local/provider/demo/demo.ts";
import { type Preset, presets } from "../../local/provider/faults.ts";
import { startProvider } from "../../local/provider/server.ts";
import { type Cloud, createCloud } from "../../local/provider/service.ts";
import { scheduleTimes } from "../../local/schedules/times.ts";
import { synthesize } from "../../stack/synthesize.ts";
import { roleActions } from "../../tools/docs/provider-policies.ts";
import { startableClock } from "./flags.ts";

interface DemoSettings {
  readonly project: EstateInput["projects"][number];
  readonly vaults: number;
  readonly seed: number;
  readonly faults: Preset;
  readonly speed: number;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onCall?: ((call: AwsCall) => void) | undefined;
}

/** The demo estate at work: the stand-in cloud, and the engine running the synthesized template. */
export interface Demo {
  readonly estate: Estate;
  readonly engine: Engine;
  readonly cloud: Cloud;
  readonly ledger: Ledger;
  /** How commands of other processes reach it. */
  readonly running: RunningEngine;
  /** When tonight's schedule is due, epoch milliseconds of the demo's clock. */
  readonly night_ms: number;
  /** What another client needs to look at the stand-in. */
  readonly provider: {
    readonly url: string;
    readonly ak: string;
    readonly sk: string;
    readonly project: string;
  };
  stop(): Promise<void>;
}

/** The demo begins so long before tonight's schedule is due. */
const EVENING_MS = 60_000;

export async function startDemo(settings: DemoSettings): Promise<Demo> {
  const { vaults, seed, speed, faults } = settings;
  const night_ms = tonight(settings.project, systemClock.now());
  const clock = startableClock(night_ms - EVENING_MS, speed);
  const { world, identities } = createDemoWorld({
    ...{ seed, vaults, now_ms: clock.now() },
    // The demo runs under exactly the policies that a deployment is given.
    actions: roleActions(),
  });
  const cloud = createCloud({ world, clock, seed, faults: presets[faults] });
  const provider = await startProvider({ cloud, port: 0 });
  const folder = await mkdtemp(join(tmpdir(), "vigil-"));
  const undo = async () => {
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { id: project_id, domain_id: account_id } = identities.project;
    const estate = atStandIn(settings.project, { url: provider.url, project_id, account_id });
    await synthesize(estate, folder);
    const secrets = new Map(roles.map((role) => [demoSecret(role), secretOf(identities.roles[role])]));
    const duplicateMessages = faults === "heavy";
    const { onEvent, onCall } = settings;
    const time = clock.start();
    const engine = await Engine.start({ folder, time, secrets, duplicateMessages, onEvent, onCall });
    const connection = dynamoClient(engine.endpoint, ENGINE_KEY);
    const [table] = engine.model.all("AWS::DynamoDB::Table");
    if (!table) throw new Error("the template has no table");
    return {
      estate,
      engine,
      cloud,
      night_ms,
      running: describeEngine(engine, { time, estate, access_key_id: ENGINE_KEY }),
      ledger: dynamoLedger({ table: table.name, now: clock.now, connect: async () => connection }),
      provider: { url: provider.url, ak: identities.admin.ak, sk: identities.admin.sk, project: project_id },
      async stop() {
        connection.destroy();
        await engine.stop();
        await undo();
      },
    };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** When the first of the project's schedules is due next. */
function tonight(project: DemoSettings["project"], now_ms: number): number {
  const times = project.checkpoints.map(({ schedule: { cron, timezone = project.timezone } }) =>
    scheduleTimes(awsCron(cron), timezone, now_ms).next(now_ms),
  );
  return Math.min(...times.filter((time) => time !== undefined));
}

function secretOf({ ak, sk }: { readonly ak: string; readonly sk: string }): string {
  const credential: Credential = { kind: "aksk", ak, sk };
  return JSON.stringify(credential);
}
