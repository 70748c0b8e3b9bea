import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { reportDue } from "../../events/report-due.ts";
import { ENGINE_KEY } from "./aws/gateway.ts";
import { s3Client } from "./clients.ts";
import type { Engine } from "./engine.ts";

/** Where a report's files are on this machine. */
export interface ReportFiles {
  readonly html: string;
  readonly json: string;
  readonly csv: string;
}

/** What report-coverage answers: where it has put its documents. */
const answerSchema = z.object({ report: z.object({ html: z.url(), json: z.url(), csv: z.url() }) });

/** Has report-coverage write its report now, and copies it out of the bucket into a folder. */
export async function writeReport(engine: Engine, folder: string): Promise<ReportFiles> {
  const scheduled_at = new Date(engine.clock.now()).toISOString();
  const outcome = await engine.invoke("report-coverage", JSON.parse(reportDue.create({ scheduled_at })));
  if (!outcome.ok)
    throw new Error(
      `the coverage report could not be written: ${outcome.error.type}: ${outcome.error.message}`,
    );
  const { report } = answerSchema.parse(outcome.result);
  const client = s3Client(engine.endpoint, ENGINE_KEY);
  try {
    await mkdir(folder, { recursive: true });
    return {
      html: await copy(client, report.html, folder),
      json: await copy(client, report.json, folder),
      csv: await copy(client, report.csv, folder),
    };
  } finally {
    client.destroy();
  }
}

/** Copies `s3://bucket/key` into a folder; tells the file's path. */
async function copy(client: S3Client, place: string, folder: string): Promise<string> {
  const { hostname, pathname } = new URL(place);
  const Key = decodeURIComponent(pathname.slice(1));
  const { Body } = await client.send(new GetObjectCommand({ Bucket: hostname, Key }));
  if (!Body) throw new Error(`${place} is empty`);
  const file = join(folder, basename(Key));
  await writeFile(file, await Body.transformToByteArray());
  return file;
}
