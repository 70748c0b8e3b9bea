import { createHmac, hash } from "node:crypto";
import type { Pool } from "undici";

/** The baseline: what somebody who needs one signed call writes by hand. Checks nothing. */
export function handWritten(
  pool: Pool,
  origin: string,
  project: string,
  { ak, sk }: { readonly ak: string; readonly sk: string },
): (path: string, query: string, method?: string, body?: string) => Promise<unknown> {
  const { host } = new URL(origin);
  const empty = hash("sha256", "");
  const names = "content-type;host;x-project-id;x-sdk-date";
  return async (path, query, method = "GET", body = "") => {
    const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
    const block = `content-type:application/json\nhost:${host}\nx-project-id:${project}\nx-sdk-date:${date}\n`;
    const content = body === "" ? empty : hash("sha256", body);
    const canonical = hash("sha256", `${method}\n${path}/\n${query}\n${block}\n${names}\n${content}`);
    const signature = createHmac("sha256", sk).update(`SDK-HMAC-SHA256\n${date}\n${canonical}`).digest("hex");
    const answer = await pool.request({
      method: method as "GET",
      path: query === "" ? path : `${path}?${query}`,
      headers: {
        "content-type": "application/json",
        "x-project-id": project,
        "x-sdk-date": date,
        authorization: `SDK-HMAC-SHA256 Access=${ak}, SignedHeaders=${names}, Signature=${signature}`,
      },
      body: body === "" ? null : body,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return JSON.parse(text);
  };
}
