import type { Duplex } from "node:stream";
import type { RunnableApp } from "../app/running-server.ts";
import { type Duration, parseDuration } from "../http/quantity.ts";
import { ClientConnection } from "./client-connection.ts";
import { CookieJar } from "./cookie-jar.ts";
import { within } from "./deadline.ts";
import { formatRequest, type OutgoingRequest, type TestRequestInit } from "./outgoing-request.ts";
import type { TestResponse } from "./test-response.ts";
import { ClientHandshake, TestWebSocket, type TestWebSocketInit } from "./test-websocket.ts";
import { TestedApp } from "./tested-app.ts";

/** How a test client behaves. */
export interface TestClientOptions {
  /** How long an answer, a further piece of it, a websocket's message or the app's stop may take. @default "5s" */
  timeout?: Duration;
  /** Remember the cookies that answers set, by name, and send them back. @default false */
  cookies?: boolean;
  /** Is told at once of each error the app would log, with a sentence on where; all are in `client.errors` too. */
  onError?: (error: Error, where: string) => void;
  /** What the app sees as `request.ip`. @default "127.0.0.1" */
  ip?: string;
  /** Whether the app sees its connections as encrypted. @default false */
  secure?: boolean;
}

/**
 * Starts an app in memory, without a port, and gives a client that talks to it: the same engine and the same bytes as over a
 * socket. Errors that the app would log are collected in `client.errors` instead.
 *
 * Rejects with what a start listener throws, and with a SetupError when the app has a test client already.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Spindash } from "spindash";
 * import { testClient } from "spindash/testing";
 *
 * const app = new Spindash("greeter");
 * app.get("/hello/:name", (_req, { name }) => ({ hello: name }));
 *
 * await using client = await testClient(app);
 * const response = await client.get("/hello/Tails");
 * assert.equal(response.status, 200);
 * assert.deepEqual(await response.json(), { hello: "Tails" });
 * ```
 */
export async function testClient(app: RunnableApp, options: TestClientOptions = {}): Promise<TestClient> {
  const timeout = parseDuration(options.timeout ?? "5s");
  const { ip = "127.0.0.1", secure = false, cookies = false, onError } = options;
  const peer = { remoteAddress: ip, remotePort: 50_000, encrypted: secure };
  const tested = await TestedApp.start(app, { timeout, onError, peer });
  return new TestClient(tested, timeout, cookies ? new CookieJar() : null);
}

/** Talks to an app in memory; made by {@link testClient}. */
export class TestClient implements AsyncDisposable {
  private readonly app: TestedApp;
  private readonly timeout: number;
  private readonly jar: CookieJar | null;
  private readonly connections = new Set<ClientConnection>();
  private readonly streams = new Set<Duplex>();
  private closing: Promise<void> | null = null;

  /** @internal */
  constructor(app: TestedApp, timeout: number, jar: CookieJar | null) {
    this.app = app;
    this.timeout = timeout;
    this.jar = jar;
  }

  /** Errors the app would have logged: what handlers, middleware, listeners, tasks and websockets threw. */
  get errors(): readonly Error[] {
    return this.app.errors;
  }

  get(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("GET", path, init);
  }

  post(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("POST", path, init);
  }

  put(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("PUT", path, init);
  }

  patch(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("PATCH", path, init);
  }

  delete(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("DELETE", path, init);
  }

  head(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("HEAD", path, init);
  }

  options(path: string, init?: TestRequestInit): Promise<TestResponse> {
    return this.request("OPTIONS", path, init);
  }

  /**
   * Sends a request over an idle connection, or else a new one; requests at the same time have a connection each. Resolves
   * when the head of the answer is there, whatever its status.
   *
   * Rejects when the connection ends before, when there is no answer in time, and for a request that cannot be sent.
   */
  async request(method: string, path: string, init: TestRequestInit = {}): Promise<TestResponse> {
    const { response } = await this.exchange(method, path, init);
    return response;
  }

  /**
   * Opens a websocket; a real one, over memory.
   *
   * Rejects with a `WebSocketRefused` that has status and body when the app answers anything but a sound 101.
   */
  async websocket(path: string, init: TestWebSocketInit = {}): Promise<TestWebSocket> {
    const handshake = new ClientHandshake(init);
    const { response, connection } = await this.exchange("GET", path, handshake.request);
    const agreed = await handshake.check(response, path);
    const timeout = this.timeoutOf(init);
    return connection.takeOver((transport) => new TestWebSocket(transport, agreed, timeout));
  }

  /** A connection as it is, for tests that write and read the bytes themselves. */
  connect(): Duplex {
    if (this.closing !== null) throw new Error(`The test client of ${this.app.name} is closed`);
    const stream = this.app.connect();
    this.streams.add(stream);
    stream.once("close", () => this.streams.delete(stream));
    return stream;
  }

  /**
   * Stops the app gracefully, with its stop listeners and tasks. What the test no longer reads is cut; requests that wait for
   * their answer still get it, websockets hear 1001.
   *
   * Rejects when the app leaves something behind that it started: a task that did not end when its signal aborted, a timer, a
   * socket, a server, a process; the error says what and where it was made.
   */
  close(): Promise<void> {
    if (this.closing === null) {
      this.leave();
      this.closing = this.app.stop();
    }
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async exchange(
    method: string,
    path: string,
    init: TestRequestInit,
  ): Promise<{ response: TestResponse; connection: ClientConnection }> {
    init.signal?.throwIfAborted();
    const cookies = this.jar === null ? init.cookies : { ...this.jar.toObject(), ...init.cookies };
    const request = formatRequest(method, path, cookies === undefined ? init : { ...init, cookies });
    const connection = this.idleConnection();
    init.signal?.addEventListener("abort", () => connection.leave(request, init.signal?.reason), {
      once: true,
    });
    const response = await this.answerOf(connection, request, this.timeoutOf(init));
    this.jar?.take(response.headers.getAll("set-cookie"));
    return { response, connection };
  }

  private answerOf(
    connection: ClientConnection,
    request: OutgoingRequest,
    timeout: number,
  ): Promise<TestResponse> {
    return within(connection.send(request, timeout), timeout, () => {
      const error = new Error(`${request.label} was not answered within ${timeout} s`);
      connection.leave(request, error);
      return error;
    });
  }

  private idleConnection(): ClientConnection {
    for (const connection of this.connections) if (connection.isIdle) return connection;
    const stream = this.connect();
    const connection = new ClientConnection(stream);
    this.streams.delete(stream);
    this.connections.add(connection);
    void connection.closed.then(() => this.connections.delete(connection));
    return connection;
  }

  private timeoutOf({ timeout }: { timeout?: Duration }): number {
    return timeout === undefined ? this.timeout : parseDuration(timeout);
  }

  /** Cuts what the test has no more use for, so that the app need not wait for it. */
  private leave(): void {
    for (const stream of this.streams) stream.destroy();
    for (const connection of this.connections)
      if (connection.isIdle || connection.isReceiving)
        connection.cut(new Error("The test client was closed"));
  }
}
