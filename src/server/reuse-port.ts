import { createServer, type Server } from "node:net";
import { SetupError } from "../http/setup-error.ts";

let support: Promise<boolean> | null = null;

/** Rejects with a SetupError where several processes cannot listen on one port. */
export async function assertReusePort(): Promise<void> {
  support ??= sharesPorts();
  if (await support) return;
  throw new SetupError(
    `This runtime or operating system cannot share a port between processes; reusePort needs Node 23.1 or later, or a runtime like it, on Linux or FreeBSD (this is ${process.version} on ${process.platform})`,
  );
}

/** A runtime that does not know the option passes over it in silence, so it is tried out. */
async function sharesPorts(): Promise<boolean> {
  const first = createServer();
  const second = createServer();
  try {
    const port = await listen(first, 0);
    await listen(second, port);
    return true;
  } catch {
    return false;
  } finally {
    first.close();
    second.close();
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port, reusePort: true } as object, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
