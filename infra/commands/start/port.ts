import { createServer } from "node:net";
import { CommandFailure } from "../fail.ts";

/** Fails when a port of 127.0.0.1 is taken: found out before the night, not after it. */
export async function assertFree(port: number): Promise<void> {
  const server = createServer();
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
  await new Promise((resolve) => server.close(resolve));
}
