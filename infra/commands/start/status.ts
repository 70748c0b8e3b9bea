import { createServer } from "node:http";
import { CommandFailure } from "../fail.ts";

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers every request on 127.0.0.1 with what `status` says, as JSON. */
export async function startStatus(port: number, status: () => Promise<object>): Promise<StatusServer> {
  const server = createServer((_request, response) => {
    status().then(
      (content) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(`${JSON.stringify(content)}\n`);
      },
      (error: unknown) => {
        response.writeHead(500, { "content-type": "text/plain" });
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new CommandFailure(`port ${port} is taken; choose another with --port`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the status server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
