import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { importPeer } from "../../http/import-peer.ts";
import type { CertificateFiles } from "./tls-options.ts";

const DAY = 24 * 60 * 60 * 1000;
const LIFETIME = 365 * DAY;
/** A certificate that ends sooner is made anew. */
const RENEW_BEFORE = 7 * DAY;

/**
 * The development certificate of this user: made once, then remembered, so that a browser that was told to trust it keeps
 * doing so. For `localhost`, `127.0.0.1` and `::1`.
 *
 * @param folder where it is kept. @default `.spindash` in the user's home folder
 */
export async function developmentCertificate(
  folder: string = join(homedir(), ".spindash"),
): Promise<CertificateFiles> {
  const files = { cert: join(folder, "development-cert.pem"), key: join(folder, "development-key.pem") };
  if (existsSync(files.cert) && existsSync(files.key) && isFresh(readFileSync(files.cert, "utf8")))
    return files;
  const { cert, key } = await makeCertificate();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(files.key, key, { mode: 0o600 });
  writeFileSync(files.cert, cert);
  return files;
}

function isFresh(pem: string): boolean {
  try {
    return new Date(new X509Certificate(pem).validTo).getTime() - Date.now() > RENEW_BEFORE;
  } catch {
    return false;
  }
}

async function makeCertificate(): Promise<{ cert: string; key: string }> {
  const { generate } = await importPeer("selfsigned", 'tls: "dev"', () => import("selfsigned"), ["generate"]);
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + LIFETIME),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
