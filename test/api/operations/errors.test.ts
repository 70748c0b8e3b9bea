import { describe, expect, test } from "vitest";
import { cbrCodes } from "../../../shared/api/errors/cbr.ts";
import { findCode, gatewayCodes, koophoneCodes } from "../../../shared/api/errors/codes.ts";

const codes = [...cbrCodes.values()];
const numbered = (next: string) => codes.filter((one) => one.next === next).map(({ code }) => code.slice(14));

describe("the error codes of CBR", () => {
  test("are all 171 of the document, with their statuses", () => {
    expect(codes).toHaveLength(171);
    const byStatus = Object.groupBy(codes, ({ status }) => status);
    const counts = Object.entries(byStatus).map(([status, group]) => [status, group?.length]);
    expect(counts).toEqual([
      ["400", 131],
      ["403", 1],
      ["404", 16],
      ["500", 23],
    ]);
  });

  test("are looked up as they arrive, and say what the document says to do", () => {
    expect(findCode("cbr", "BackupService.6125")).toEqual({
      service: "cbr",
      status: 400,
      code: "BackupService.6125",
      message: "A backup task is in progress.",
      measure: "Perform backups after the current backup task is complete.",
      next: "wait",
    });
    expect(findCode("cbr", "6125")).toBeUndefined();
    expect(findCode("hss", "BackupService.6125")).toBeUndefined();
  });

  test("each have a message and a measure", () => {
    for (const { message, measure, code } of codes) {
      expect(message, code).toMatch(/\.$/);
      expect(measure, code).toMatch(/\.$/);
    }
  });

  test("wait for whatever is in progress", () => {
    const inProgress = [
      "6125",
      "6203",
      "0002",
      "7200",
      "7501",
      "6130",
      "6134",
      "7302",
      "2002",
      "2010",
      "6216",
    ];
    expect(numbered("wait")).toEqual(expect.arrayContaining(inProgress));
  });

  test("retry only what had no effect: checks, reads and refusals", () => {
    expect(numbered("retry")).toEqual([
      "6108",
      "6110",
      "6111",
      "6118",
      "6201",
      "6403",
      "6406",
      "4005",
      "4007",
      "6139",
      "8400",
    ]);
  });

  test("know that nobody knows after a failure in the middle, or without a name", () => {
    expect(numbered("ambiguous")).toEqual(expect.arrayContaining(["9910", "6132", "6121", "7509", "4004"]));
  });

  test("give up on what does not exist, is invalid, full, or forbidden", () => {
    const final = ["6105", "6200", "6000", "6114", "9900", "8600", "6204", "6100", "6103", "7101"];
    expect(numbered("give-up")).toEqual(expect.arrayContaining(final));
    expect(codes.filter(({ status, next }) => status === 404 && next !== "give-up")).toEqual([]);
  });
});

describe("the error codes of the others", () => {
  test("KooPhone's are found however its prefix is written", () => {
    expect(koophoneCodes.size).toBe(11);
    expect(findCode("koophone", "KOOPHONE.API.2006")?.next).toBe("wait");
    expect(findCode("koophone", "KooPhone.API.2006")?.next).toBe("wait");
    expect(findCode("koophone", "KOOPHONE.API.9999")?.next).toBe("ambiguous");
  });

  test("the gateway's are found for every service, with either prefix", () => {
    for (const service of ["cbr", "iam", "dbss", "hss", "koophone"] as const) {
      expect(findCode(service, "APIGW.0308")).toMatchObject({ status: 429, next: "retry" });
      expect(findCode(service, "APIG.0308")?.code).toBe("APIGW.0308");
    }
    expect([...gatewayCodes.values()].filter(({ status }) => status === 401).length).toBeGreaterThan(2);
  });

  test("HSS and IAM have theirs; a code that no document has is undefined", () => {
    expect(findCode("hss", "HSS.0001")?.status).toBe(400);
    expect(findCode("iam", "1103")?.message).toBe("Incorrect password.");
    expect(findCode("dbss", "DBSS.10000001")?.next).toBe("give-up");
    expect(findCode("cbr", "toString")).toBeUndefined();
  });
});
