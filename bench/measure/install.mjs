// Kind "install": packages and disk space that installing a peer into an empty folder brings.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder, readVersion } from "../machine.mjs";
import { formatNumber } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const limits = { packages: 20, megabytes: 6 };

export async function measureInstall(_scenario, peers, { announce }) {
  const { results, failures } = await interleave(peers, 1, announce, measureOnce);
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  if (spindash && (spindash.packages[0] > limits.packages || spindash.megabytes[0] > limits.megabytes)) {
    const reason = `over its limit of ${limits.packages} packages and ${limits.megabytes} MB`;
    failures.push({ peer: "spindash", reason });
  }
  return {
    columns: ["peer", "packages", "MB on disk"],
    rows: results.map(({ peer, packages, megabytes }) => [
      peer.name,
      String(packages),
      formatNumber(megabytes[0], 2),
    ]),
    failures,
  };
}

async function measureOnce(peer) {
  const folder = mkdtempSync(join(tmpdir(), "spindash-bench-"));
  try {
    const [name] = peer.packages;
    const source = name === "spindash" ? pack(folder) : `${name}@${readVersion(name)}`;
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    npm(["install", "--no-audit", "--no-fund", "--loglevel=error", source], folder);
    const modules = join(folder, "node_modules");
    const lock = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
    return { packages: Object.keys(lock.packages).length, megabytes: measureDisk(modules) / 1e6 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The path of the packed project; it is not built again, for the build has just been made. */
function pack(folder) {
  if (!existsSync(join(projectFolder, "dist"))) throw new Error("dist/ is missing; run npm run build first");
  npm(["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder], projectFolder);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".tgz")),
  );
}

function npm(words, cwd) {
  const { status, stderr } = spawnSync("npm", words, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm ${words[0]} failed: ${stderr.trim().split("\n")[0]}`);
}

/** Bytes on disk of a file or of a folder with all it holds, as `du` counts them. */
function measureDisk(path) {
  const status = lstatSync(path);
  const own = status.blocks === undefined ? status.size : status.blocks * 512;
  if (!status.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + measureDisk(join(path, name)), own);
}
