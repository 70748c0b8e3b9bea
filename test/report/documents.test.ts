import { describe, expect, test } from "vitest";
import { toCsv } from "../../shared/report/csv.ts";
import { reportDocuments } from "../../shared/report/documents.ts";
import { madeUpEstate, reportOf } from "./support.ts";

const page = { script: "document.title;", style: "body{}" };

async function reportWithNames(...names: readonly string[]) {
  const made = await madeUpEstate({
    vaults: 1,
    resources: names.length,
    nights: 2,
    nameOf: (_, resource) => names[resource] ?? "",
  });
  return reportOf(made);
}

/** Reads RFC 4180 strictly: what a quoted field holds, every line ended by CRLF. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (!match) throw new Error(`not RFC 4180 at ${at}: ${text.slice(at, at + 40)}`);
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n" && field.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

describe("the CSV for auditors", () => {
  test("has one line for each resource and one column for each night, in words", async () => {
    const text = toCsv(await reportWithNames("one", "two"));
    expect(text.startsWith("\ufeffproject,")).toBe(true);
    const [header = [], ...rows] = readCsv(text.slice(1));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toHaveLength(header.length);
    const [first = []] = rows;
    const value = (column: string) => first[header.indexOf(column)];
    expect(value("resource_name")).toBe("one");
    expect(value("protected")).toBe("2");
    expect(value("2026-11-21")).toBe("protected");
    expect(value("2026-11-01")).toBe("not expected");
  });

  test("keeps quotes, commas and line breaks in their field", async () => {
    const names = ['a "quoted" name', "comma, comma", "two\r\nlines", "plain"];
    const [header = [], ...rows] = readCsv(toCsv(await reportWithNames(...names)).slice(1));
    expect(rows.map((row) => row[header.indexOf("resource_name")])).toEqual(names);
  });

  test.each(["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\tTab"])(
    "lets no spreadsheet take %j for a formula",
    async (name) => {
      const [header = [], row = []] = readCsv(toCsv(await reportWithNames(name)).slice(1));
      expect(row[header.indexOf("resource_name")]).toBe(`'${name}`);
    },
  );
});

describe("the page", () => {
  const hostile = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "x".repeat(255),
    "\u202eright to left\u202c",
  ];

  test("holds no name as markup, and names the only script that may run", async () => {
    const { html } = reportDocuments(await reportWithNames(...hostile), page);
    const text = String(html.body);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text).not.toContain("<img");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&#39;", "'");
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}'; /);
  });

  test("refers to nothing outside itself", async () => {
    const { html } = reportDocuments(await reportWithNames("a"), page);
    expect(String(html.body)).not.toMatch(/(src|href)=(?!"data:)/);
  });
});

test("documents are stored under the day of the last night", async () => {
  const documents = reportDocuments(await reportWithNames("a"), page);
  expect(Object.values(documents).map(({ name, contentType }) => [name, contentType])).toEqual([
    ["reports/2026-11-21/coverage.json", "application/json; charset=utf-8"],
    ["reports/2026-11-21/coverage.csv", "text/csv; charset=utf-8"],
    ["reports/2026-11-21/coverage.html", "text/html; charset=utf-8"],
  ]);
});
