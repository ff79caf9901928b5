// Builds the browser client, dist/client.mjs, when it is missing or older than its sources.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./setup.mjs";

export const clientFile = join(projectFolder, "dist", "client.mjs");

/** Other programs may read the file meanwhile, so it is built elsewhere and moved. */
export function ensureClient() {
  const sources = join(projectFolder, "src", "client");
  const youngest = Math.max(...readdirSync(sources).map((name) => statSync(join(sources, name)).mtimeMs));
  const built = statSync(clientFile, { throwIfNoEntry: false });
  if (built !== undefined && built.mtimeMs > youngest) return;
  mkdirSync(join(projectFolder, "dist"), { recursive: true });
  const folder = mkdtempSync(join(projectFolder, "node_modules", ".client-"));
  try {
    const builder = join(projectFolder, "node_modules/tsdown/dist/run.mjs");
    const words = ["--filter", "client", "--out-dir", folder, "--no-dts", "--log-level", "error"];
    const { status, stderr } = spawnSync(process.execPath, [builder, ...words], {
      cwd: projectFolder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`The browser client cannot be built:\n${stderr}`);
    renameSync(join(folder, "client.mjs"), clientFile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
