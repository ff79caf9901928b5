// A certificate for the https scenario, made once per run and thrown away with it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

let folder;

/** The path of a folder with `fullchain.pem` and `privkey.pem` for 127.0.0.1. */
export async function makeCertificate() {
  if (folder !== undefined) return folder;
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  folder = mkdtempSync(join(tmpdir(), "spindash-bench-tls-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "fullchain.pem"), made.cert);
  writeFileSync(join(folder, "privkey.pem"), made.private);
  return folder;
}
