import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own for a test, or for all of a file, removed afterwards. */
export function temporaryFolder(after: (remove: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "spindash-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
