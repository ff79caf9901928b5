import { Spindash } from "../../../src/index.ts";

export interface EchoServer extends AsyncDisposable {
  /** `ws://127.0.0.1:…`, to which the route's path is added. */
  readonly origin: string;
}

/** Messages of these sizes reach every form of a frame's length, and both sides of the limits around them. */
export const SIZES: readonly number[] = [0, 1, 125, 126, 127, 1000, 65_535, 65_536, 65_537, 300_000];

/** An app on a real port: echoes in both styles, closes on demand. */
export async function startEchoServer(): Promise<EchoServer> {
  const app = new Spindash("echo", { config: { websocketMessageLimit: "400kb" } });
  const plain = { compression: false };
  const alone = { compression: { threshold: 0 } };
  const chained = { compression: { threshold: 0, contextTakeover: true, windowBits: 12 } };
  for (const [name, options] of Object.entries({ plain, alone, chained })) {
    app.websocket(`/${name}/loop`, options, async (_req, ws) => {
      for await (const message of ws) await ws.send(message);
    });
    app.websocket(`/${name}/events`, options, { message: (ws, data) => ws.send(data) });
    app.websocket(`/${name}/close`, options, async (_req, ws) => {
      for await (const message of ws) await ws.close(Number(message), "as you wish");
    });
  }
  const server = await app.listen({ port: 0, host: "127.0.0.1", banner: false });
  const { port } = server.addresses[0] as { port: number };
  return {
    origin: `ws://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
    },
  };
}
