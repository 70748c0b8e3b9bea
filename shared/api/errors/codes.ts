import type { Service } from "../operation.ts";
import { cbrCodes } from "./cbr.ts";
import { gatewayCodes } from "./gateway.ts";
import { koophoneCodes } from "./koophone.ts";
import { dbssCodes, hssCodes, iamCodes } from "./services.ts";
import type { DocumentedCode } from "./table.ts";

const tables: Readonly<Record<Service, ReadonlyMap<string, DocumentedCode>>> = {
  cbr: cbrCodes,
  iam: iamCodes,
  dbss: dbssCodes,
  hss: hssCodes,
  koophone: koophoneCodes,
};

/**
 * Looks an error code up, as it arrived: first among the service's own, then among the gateway's. KooPhone writes its
 * prefix in two ways, the gateway `APIGW.` and `APIG.`. Undefined: no document explains it.
 */
export function findCode(service: Service, code: string): DocumentedCode | undefined {
  const key = service === "koophone" ? code.toUpperCase() : code;
  return tables[service].get(key) ?? gatewayCodes.get(code.replace(/^APIG\./, "APIGW."));
}
