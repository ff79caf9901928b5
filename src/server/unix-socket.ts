import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, lstatSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { SetupError } from "../http/setup-error.ts";

/** Everybody on the machine may connect, as with a TCP port; folders' rights can narrow that. */
const MODE = 0o666;

/**
 * A unix socket's path on its way to a new owner: the socket is made under another name and renamed over the path, so
 * that clients find the old server or the new one, never none.
 */
export interface UnixSocketClaim {
  /** Where to listen. */
  readonly temporaryPath: string;
  /** Puts the listening socket in its place. */
  take(): void;
  /** Removes the path, unless it belongs to a later server by now. */
  release(): void;
}

/** Throws a SetupError when the folder is missing, or something that is no socket stands at the path. */
export function claimUnixSocket(path: string): UnixSocketClaim {
  if (!existsSync(dirname(path)))
    throw new SetupError(`The folder of the unix socket ${path} does not exist; create it first`, {
      code: "E_BAD_LISTENER",
    });
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present !== undefined && !present.isSocket()) {
    throw new SetupError(
      `${path} exists and is no socket, so it is not replaced; remove it or choose another path`,
      { code: "E_BAD_LISTENER" },
    );
  }
  const temporaryPath = `${path}.${randomUUID().slice(0, 8)}`;
  let inode = -1n;
  return {
    temporaryPath,
    take() {
      chmodSync(temporaryPath, MODE);
      inode = inodeOf(temporaryPath);
      renameSync(temporaryPath, path);
    },
    release() {
      if (inodeOf(path) === inode) rmSync(path, { force: true });
    },
  };
}

function inodeOf(path: string): bigint {
  return lstatSync(path, { throwIfNoEntry: false, bigint: true })?.ino ?? -2n;
}
