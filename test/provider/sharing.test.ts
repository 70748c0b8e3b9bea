import { describe, expect, test } from "vitest";
import {
  backUp,
  backupsOf,
  clientsOf,
  connectionOf,
  makeVault,
  openStage,
  refusal,
  type Stage,
  types,
} from "./support.ts";

const partnerOf = ({ origin, agent, made }: Stage) =>
  clientsOf(connectionOf(origin, agent, made.identities.otherAdmin, { id: made.identities.other.id })).cbr;

async function withBackup(stage: Stage) {
  const vault_id = await makeVault(stage, { resources: stage.made.servers.slice(0, 1) });
  await backUp(stage, vault_id);
  const [backup] = await backupsOf(stage, { vault_id });
  return { vault_id, backup_id: backup?.id ?? "", other: stage.made.identities.other.id };
}

const vaultFor = async (partner: ReturnType<typeof partnerOf>, object_type: "server" | "disk" = "server") => {
  const billing = {
    consistent_level: "crash_consistent",
    object_type,
    protect_type: "backup",
    size: 100,
  } as const;
  return (await partner.createVault({ body: { vault: { name: "received", billing, resources: [] } } })).vault
    .id;
};

describe("sharing a backup between two projects", () => {
  test("is offered, accepted into a vault of the receiver, and taken back", async () => {
    await using stage = await openStage();
    const { backup_id, other } = await withBackup(stage);
    const { cbr } = stage.api;
    const partner = partnerOf(stage);
    const offered = await cbr.addMember({ path: { backup_id }, body: { members: [other] } });
    expect(offered).toMatchObject({
      count: 1,
      members: [{ status: "pending", dest_project_id: other, vault_id: null }],
    });

    expect(await partner.listBackups()).toMatchObject({ count: 0 });
    expect(await partner.listBackups({ query: { own_type: "shared" } })).toMatchObject({
      count: 1,
      backups: [{ id: backup_id, vault_id: null, project_id: stage.project }],
    });
    const path = { backup_id, member_id: other };
    const vault_id = await vaultFor(partner);
    await partner.updateMember({ path, body: { status: "accepted", vault_id } });
    expect(await cbr.showMember({ path })).toMatchObject({ member: { status: "accepted", vault_id } });
    expect(await cbr.listMembers({ path: { backup_id } })).toMatchObject({
      count: 1,
      members: [{ status: "accepted" }],
    });
    const received = await partner.listBackups({
      query: { own_type: "all_granted", member_status: "accepted", vault_id },
    });
    expect(received).toMatchObject({ count: 1, backups: [{ id: backup_id, vault_id }] });
    expect((await partner.showBackup({ path: { backup_id } })).backup.vault_id).toBe(vault_id);

    await cbr.deleteMember({ path });
    expect(await partner.listBackups({ query: { own_type: "shared" } })).toMatchObject({ count: 0 });
    expect(await stage.partner("GET", `/v3/${other}/backups/${backup_id}`)).toMatchObject(
      refusal(404, "BackupService.6200"),
    );
  });

  test("can be rejected; the owner sees it", async () => {
    await using stage = await openStage();
    const { backup_id, other } = await withBackup(stage);
    await stage.api.cbr.addMember({ path: { backup_id }, body: { members: [other] } });
    await partnerOf(stage).updateMember({
      path: { backup_id, member_id: other },
      body: { status: "rejected" },
    });
    expect(await backupsOf(stage, { member_status: "rejected" })).toMatchObject([{ id: backup_id }]);
    expect(await backupsOf(stage, { member_status: "accepted" })).toEqual([]);
    const filtered = await stage.api.cbr.listMembers({ path: { backup_id }, query: { status: "pending" } });
    expect(filtered.members).toEqual([]);
  });

  test("is refused for disks, strangers, oneself, twice, and for more than ten", async () => {
    await using stage = await openStage();
    const { backup_id, other } = await withBackup(stage);
    await backUp(stage, await makeVault(stage, { kind: "disk", resources: stage.made.volumes.slice(0, 1) }));
    const [ofDisk] = await backupsOf(stage, { resource_type: types.disk });
    const share = (id: string | undefined, members: string[]) =>
      stage.call("POST", `/v3/${stage.project}/backups/${id}/members`, { body: { members } });
    expect(await share(ofDisk?.id, [other])).toMatchObject(refusal(400, "BackupService.6700"));
    expect(await share(backup_id, ["nobody"])).toMatchObject(refusal(400, "BackupService.6704"));
    expect(await share(backup_id, [stage.project])).toMatchObject(refusal(400, "BackupService.6704"));
    const eleven = Array.from({ length: 11 }, (_, index) => `p${index}`);
    expect(await share(backup_id, eleven)).toMatchObject(refusal(400, "BackupService.9900"));
    expect((await share(backup_id, [other])).status).toBe(200);
    expect(await share(backup_id, [other])).toMatchObject(refusal(400, "BackupService.6714"));
    expect(await share("nothing", [other])).toMatchObject(refusal(404, "BackupService.6200"));
  });

  test("is answered only by the receiver, into a fitting vault of its own", async () => {
    await using stage = await openStage();
    const { backup_id, vault_id, other } = await withBackup(stage);
    await stage.api.cbr.addMember({ path: { backup_id }, body: { members: [other] } });
    const partner = partnerOf(stage);
    const accept = (call: Stage["call"], project: string, body: object) =>
      call("PUT", `/v3/${project}/backups/${backup_id}/members/${other}`, { body });
    const own = { status: "accepted", vault_id };
    expect(await accept(stage.call, stage.project, own)).toMatchObject(refusal(400, "BackupService.6708"));
    expect(await accept(stage.partner, other, own)).toMatchObject(refusal(404, "BackupService.6105"));
    expect(await accept(stage.partner, other, { status: "accepted" })).toMatchObject(
      refusal(400, "BackupService.9900"),
    );
    expect(await accept(stage.partner, other, { status: "pending" })).toMatchObject(
      refusal(400, "BackupService.6706"),
    );
    const disks = { status: "accepted", vault_id: await vaultFor(partner, "disk") };
    expect(await accept(stage.partner, other, disks)).toMatchObject(refusal(400, "BackupService.6713"));
    const stranger = await stage.call("GET", `/v3/${stage.project}/backups/${backup_id}/members/nobody`);
    expect(stranger).toMatchObject(refusal(404, "BackupService.6705"));
  });
});
