import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { parseResponses, type RawResponse } from "./parse-responses.ts";

/** What is not there after this many milliseconds never comes: the test says what has. */
const PATIENCE = 5000;

/** The client's end of a connection, byte by byte; text is latin1. */
export class RawClient {
  readonly stream: Duplex;
  /** All that came back. */
  received = "";
  hasEnded = false;
  private isClosed = false;
  private waiting = new Set<() => void>();

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on("data", (chunk: Buffer) => {
      this.received += chunk.toString("latin1");
      this.wake();
    });
    stream.on("end", () => {
      this.hasEnded = true;
      this.wake();
    });
    stream.on("close", () => {
      this.isClosed = true;
      this.wake();
    });
    // A server that cuts the connection resets it.
    stream.on("error", () => {});
  }

  static async toPort(port: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    await once(socket, "connect");
    return new RawClient(socket);
  }

  send(text: string): void {
    this.stream.write(text, "latin1");
  }

  /** Sends no more, but reads on. */
  end(): void {
    this.stream.end();
  }

  /** Leaves at once. */
  leave(): void {
    this.stream.destroy();
  }

  /** Waits until `text` has come back. */
  async receives(text: string): Promise<void> {
    await this.until(() => this.received.includes(text), `${JSON.stringify(text)} to come back`);
  }

  /** Waits for `count` whole answers and gives them all. */
  async responses(count: number, methods?: readonly string[]): Promise<RawResponse[]> {
    await this.until(() => this.read(methods).length >= count, `${count} answers`);
    return this.read(methods);
  }

  /** Waits for `count` whole answers, or for the server to send no more, and gives those there are. */
  async responsesOrEnd(count: number): Promise<RawResponse[]> {
    await this.until(() => this.hasEnded || this.isClosed || this.read().length >= count, `${count} answers`);
    return this.read();
  }

  /** Sends a request and waits for its answer, the connection's first. */
  async ask(text: string): Promise<RawResponse> {
    this.send(text);
    const [response] = await this.responses(1);
    if (response === undefined) throw new Error("No answer");
    return response;
  }

  /** Waits until the server sends no more, then closes too. */
  async closed(): Promise<void> {
    await this.until(() => this.hasEnded || this.isClosed, "the server to close");
    this.stream.end();
    await this.until(() => this.isClosed, "the connection to close");
  }

  private read(methods?: readonly string[]): RawResponse[] {
    return parseResponses(this.received, this.hasEnded, methods).responses;
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = new Set();
    for (const resolve of waiting) resolve();
  }

  private async until(isDone: () => boolean, what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Waited for ${what}; got ${JSON.stringify(this.received.slice(-500))}`)),
        PATIENCE,
      );
    });
    try {
      while (!isDone()) {
        const change = new Promise<void>((resolve) => void this.waiting.add(resolve));
        await Promise.race([change, late]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
