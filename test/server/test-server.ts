import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import type { HttpError } from "../../src/http/errors.ts";
import type { Request } from "../../src/http/request.ts";
import { Response } from "../../src/http/response.ts";
import type { Handle } from "../../src/server/connection-host.ts";
import { createDuplexPair } from "../../src/server/duplex-pair.ts";
import type { ServerLimits } from "../../src/server/limits.ts";
import { Server } from "../../src/server/server.ts";
import { RawClient } from "./raw-client.ts";

/** How bytes reach a server: the same tests run over each. */
export interface Way {
  readonly name: string;
  readonly reuseReadBuffer: boolean;
  readonly isSocket: boolean;
}

export const socketWays: readonly Way[] = [
  { name: "over sockets read into one buffer", reuseReadBuffer: true, isSocket: true },
  { name: "over sockets read by data events", reuseReadBuffer: false, isSocket: true },
];

export const ways: readonly Way[] = [
  ...socketWays,
  { name: "in memory", reuseReadBuffer: true, isSocket: false },
];

/** A server at work, and what it reported. */
export class TestServer {
  readonly server: Server;
  /** Errors that could not become an answer. */
  readonly reports: unknown[] = [];
  private readonly way: Way;
  private readonly clients: RawClient[] = [];
  port = 0;

  private constructor(way: Way, handle: Handle, limits: Partial<ServerLimits>) {
    this.way = way;
    const refuse = (error: HttpError): Response =>
      new Response(error.message, "text/plain", { status: error.status });
    this.server = new Server(
      { handle: answering(handle, refuse), refuse, report: (error) => void this.reports.push(error) },
      { limits, reuseReadBuffer: way.reuseReadBuffer },
    );
  }

  /** Starts a server that ends with the test. Errors thrown by `handle` are answered as an app would. */
  static async start(
    context: TestContext,
    way: Way,
    handle: Handle,
    limits: Partial<ServerLimits> = {},
  ): Promise<TestServer> {
    const started = new TestServer(way, handle, { gracefulStopTimeout: 0.05, ...limits });
    started.server.start();
    if (way.isSocket) started.port = (await started.server.listen({ port: 0 })).port;
    // In memory nothing but the clock may be awaited, and that keeps no process alive.
    const alive = setInterval(() => {}, 1000);
    context.after(() => {
      clearInterval(alive);
      for (const client of started.clients) client.leave();
      return started.server.stop();
    });
    return started;
  }

  async connect(): Promise<RawClient> {
    const client = this.way.isSocket ? await RawClient.toPort(this.port) : this.connectInMemory();
    this.clients.push(client);
    return client;
  }

  /** Connects so that the test knows the server's end too. */
  async connectWithEnd(): Promise<[client: RawClient, end: Duplex]> {
    const [near, far] = this.way.isSocket ? await createSocketPair() : createDuplexPair();
    this.server.attach(far);
    const client = new RawClient(near);
    this.clients.push(client);
    return [client, far];
  }

  /** Sends `bytes` on a connection of their own and gives all that came back until the server closed. */
  async exchange(bytes: string): Promise<string> {
    const client = await this.connect();
    client.send(bytes);
    await client.closed();
    return client.received;
  }

  private connectInMemory(): RawClient {
    const [near, far] = createDuplexPair();
    this.server.attach(far);
    return new RawClient(near);
  }
}

async function createSocketPair(): Promise<[near: Duplex, far: Duplex]> {
  const listener = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const near = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const [far] = (await once(listener, "connection")) as [Duplex];
  listener.close();
  return [near, far];
}

function answering(handle: Handle, refuse: (error: HttpError) => Response): Handle {
  const onError = (error: unknown): Response => {
    if (error instanceof Error && "status" in error) return refuse(error as HttpError);
    throw error;
  };
  return (request: Request) => {
    try {
      const answer = handle(request);
      return answer instanceof Response ? answer : answer.catch(onError);
    } catch (error) {
      return onError(error);
    }
  };
}
