import "reflect-metadata";
import { createSign, KeyObject, type webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;

export interface Authority {
  readonly pem: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

interface Request {
  readonly name: string;
  readonly issuer?: Authority;
  readonly authority?: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** A certificate made for this test, signed by `issuer` or by itself. */
export async function certify({
  name,
  issuer,
  authority = false,
  from = "2025-01-01",
  to = "2035-01-01",
}: Request): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(from),
    notAfter: new Date(to),
    extensions: [new x509.BasicConstraintsExtension(authority, undefined, true)],
  });
  return { pem: certificate.toString("pem"), keys, certificate };
}

/** Signs a text as the provider does: RSA with SHA-256, in Base64. */
export function sign(text: string, { keys }: Pick<Authority, "keys">): string {
  return createSign("RSA-SHA256").update(text).sign(KeyObject.from(keys.privateKey), "base64");
}
