import { createServer, type Socket } from "node:net";

/**
 * A server that answers as fast as can be, so that a benchmark measures the client: it reads no more of a request than
 * its first line and its end, and its answers are made beforehand. Started as a child process; sends its port.
 */
const vaultAnswer = encode({ vault: exampleVault() });
const pages = new Map<string, Buffer>();

function encode(body: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), text]);
}

function exampleVault() {
  return {
    id: "79bf9e5d-6a5a-4d1f-8b0a-000000000001",
    name: "vault-with-two-servers",
    description: null,
    project_id: "0605767b5780d5762fc5c0118072a564",
    provider_id: "0daac4c5-6707-4851-97ba-169e36266b66",
    created_at: "2019-05-08T06:57:05.000000",
    resources: [exampleResource(1), exampleResource(2)],
    billing: {
      allocated: 40,
      charging_mode: "post_paid",
      cloud_type: "public",
      consistent_level: "crash_consistent",
      object_type: "server",
      order_id: null,
      product_id: null,
      protect_type: "backup",
      size: 100,
      spec_code: "vault.backup.server.normal",
      status: "available",
      storage_unit: null,
      used: 18432,
      frozen_scene: null,
    },
    tags: [{ key: "backup", value: "nightly" }],
    enterprise_project_id: "0",
    auto_bind: false,
    auto_expand: false,
    user_id: "8e3cbc2c1c2b4c2e9fb3a1c94fbbdf43",
    bind_rules: {},
    locked: false,
  };
}

function exampleResource(number: number) {
  return {
    id: `97c56dfc-0a2a-4b14-8e34-00000000000${number}`,
    name: `ecs-${number}`,
    type: "OS::Nova::Server",
    protect_status: "available",
    size: 40,
    backup_size: 9216,
    backup_count: 14,
    extra_info: { exclude_volumes: [] },
  };
}

function exampleBackup(number: number) {
  const serial = String(number).padStart(12, "0");
  return {
    id: `9e8a3b5c-1111-4222-8333-${serial}`,
    name: `vigil-20261121-0100-a1-${serial}`,
    description: null,
    image_type: "backup",
    status: "available",
    created_at: "2026-11-21T01:00:12.733403",
    updated_at: "2026-11-21T01:07:48.120034",
    protected_at: "2026-11-21T01:00:14.000000",
    expired_at: null,
    checkpoint_id: "8b0851a8-adf3-4f4c-a914-dead08bf9664",
    vault_id: "3b5816b5-f29c-4172-9d9a-76c719a659ce",
    resource_id: `97c56dfc-0a2a-4b14-8e34-${serial}`,
    resource_name: `ecs-${serial}`,
    resource_type: "OS::Nova::Server",
    resource_size: 40,
    resource_az: "eu-de-01",
    parent_id: null,
    project_id: "0605767b5780d5762fc5c0118072a564",
    provider_id: "0daac4c5-6707-4851-97ba-169e36266b66",
    enterprise_project_id: "0",
    replication_records: [],
    incremental: true,
    version: 1,
    extend_info: {
      auto_trigger: false,
      bootable: true,
      contain_system_disk: true,
      encrypted: false,
      incremental: true,
      os_images_data: [],
      snapshot_id: null,
      support_lld: true,
      supported_restore_mode: "snapshot",
      system_disk: false,
    },
    children: null,
  };
}

/** `/…/backups?limit=1000&offset=3000`: the page at that offset of as many backups as the path says after `of-`. */
function pageAnswer(line: string): Buffer {
  const limit = Number(/limit=(\d+)/.exec(line)?.[1] ?? 1000);
  const offset = Number(/offset=(\d+)/.exec(line)?.[1] ?? 0);
  const count = Number(/\/of-(\d+)\//.exec(line)?.[1] ?? limit);
  const size = Math.max(0, Math.min(limit, count - offset));
  const key = `${count} ${size} ${offset % 2000}`;
  let page = pages.get(key);
  if (page === undefined) {
    // Neighbouring pages differ, as they would; pages far apart are the same, so that none is made twice.
    const backups = Array.from({ length: size }, (_, index) => exampleBackup((offset % 2000) + index));
    page = encode({ backups, count, limit, offset });
    pages.set(key, page);
  }
  return page;
}

function serve(socket: Socket): void {
  let rest = "";
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    rest += chunk.toString("latin1");
    for (let end = rest.indexOf("\r\n\r\n"); end !== -1; end = rest.indexOf("\r\n\r\n")) {
      const line = rest.slice(0, rest.indexOf("\r\n"));
      rest = rest.slice(end + 4);
      socket.write(line.includes("/backups") ? pageAnswer(line) : vaultAnswer);
    }
  });
}

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address !== null ? address.port : undefined);
});
process.on("disconnect", () => process.exit(0));
