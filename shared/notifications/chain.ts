import { createVerify, X509Certificate } from "node:crypto";
import { once } from "../core/parallel.ts";
import { NotificationRefused } from "./refusal.ts";

/** More than that is no chain. */
const longestChain = 8;

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Reads the certificates of a PEM text, the signer's own first. Throws NotificationRefused. */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(pemBlock) ?? [];
  if (blocks.length === 0 || blocks.length > longestChain)
    throw new NotificationRefused(
      "certificate",
      `${blocks.length} certificates, 1 to ${longestChain} expected`,
    );
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new NotificationRefused("certificate", "it cannot be read");
  }
}

/** The roots that Node itself trusts, and those that are given. Read once, at the first message: there are some 150. */
export const trustedRoots = (more: readonly string[]) =>
  once(async (): Promise<readonly X509Certificate[]> => {
    const { rootCertificates } = await import("node:tls");
    return [...more, ...rootCertificates].map((pem) => new X509Certificate(pem));
  });

/**
 * The signer's certificate, if a chain of valid signatures leads from it to one of the roots and every certificate on the
 * way is valid now. Throws NotificationRefused.
 */
export function verifyChain(
  [signer, ...others]: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now_ms: number,
): X509Certificate {
  if (!signer) throw new NotificationRefused("certificate", "there is none");
  let current = signer;
  let left = others;
  for (;;) {
    if (!isValidAt(current, now_ms))
      throw new NotificationRefused("certificate", "a certificate of its chain is not valid now");
    const anchor = roots.find(
      (root) =>
        root.fingerprint256 === current.fingerprint256 || (isValidAt(root, now_ms) && issued(root, current)),
    );
    if (anchor) return signer;
    const issuer = left.find((candidate) => candidate.ca && issued(candidate, current));
    if (!issuer) throw new NotificationRefused("certificate", "its chain ends in no root that is trusted");
    left = left.filter((other) => other !== issuer);
    current = issuer;
  }
}

const isValidAt = ({ validFrom, validTo }: X509Certificate, now_ms: number) =>
  Date.parse(validFrom) <= now_ms && now_ms <= Date.parse(validTo);

const issued = (issuer: X509Certificate, certificate: X509Certificate) =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** Version v1 signs with RSA and SHA-256, as the certificate that the provider publishes. Throws NotificationRefused. */
export function verifySignature(signer: X509Certificate, text: string, signature: string): void {
  const key = signer.publicKey;
  const fits =
    key.asymmetricKeyType === "rsa" &&
    createVerify("RSA-SHA256").update(text, "utf8").verify(key, signature, "base64");
  if (!fits) throw new NotificationRefused("signature", "it is not the signer's");
}
