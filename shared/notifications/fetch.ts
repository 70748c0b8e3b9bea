import type { Fetched, Fetcher } from "./verify.ts";

const longest_ms = 5_000;
const largest_bytes = 64 * 1024;

/** Fetches over HTTPS. It follows no redirect (Node's own client never does), waits 5 seconds and reads 64 KB at most. */
export const httpsFetcher: Fetcher = async (url) => {
  // Loaded when used, and with it Node's TLS: most messages are refused, or their certificate is known.
  const { get } = await import("node:https");
  return new Promise<Fetched>((resolve, reject) => {
    const signal = AbortSignal.timeout(longest_ms);
    const request = get(url, { signal, headers: { accept: "*/*" } }, (response) => {
      const chunks: Buffer[] = [];
      let size_bytes = 0;
      response.on("data", (chunk: Buffer) => {
        size_bytes += chunk.length;
        if (size_bytes > largest_bytes)
          request.destroy(new Error(`${url.host} answered more than ${largest_bytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
      );
      response.on("error", reject);
    });
    request.on("error", reject);
  });
};
