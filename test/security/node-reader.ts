import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Duplex } from "node:stream";

/** A request as node:http reads it. */
export interface NodeMessage {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: string;
  /** Whether its end has come. */
  complete: boolean;
}

/** A connection that brings some bytes and takes no notice of answers. */
class OneWay extends Duplex {
  readonly messages: NodeMessage[] = [];

  constructor(bytes: Buffer) {
    super();
    this.push(bytes);
    this.push(null);
  }

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

/** Reads bytes by the parser of node:http, in its default strictness. */
export class NodeReader {
  private readonly server: Server;

  constructor() {
    const take = (request: IncomingMessage, response: ServerResponse): void =>
      void collect(request, response);
    this.server = createServer(take).on("checkContinue", take);
    // Not at once: messages in front of the bad one are still on their way to whoever reads them.
    this.server.on("clientError", (_error, socket) => setImmediate(() => socket.destroy()));
  }

  /** The requests in `bytes`, as far as it reads any. */
  async read(bytes: Buffer): Promise<readonly NodeMessage[]> {
    const stream = new OneWay(bytes);
    const closed = new Promise((resolve) => stream.once("close", resolve));
    stream.on("error", () => {});
    this.server.emit("connection", stream);
    await closed;
    return stream.messages;
  }

  close(): void {
    this.server.close();
  }
}

function collect(request: IncomingMessage, response: ServerResponse): void {
  const { rawHeaders } = request;
  const headers: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2)
    headers.push([(rawHeaders[i] ?? "").toLowerCase(), rawHeaders[i + 1] ?? ""]);
  const message = {
    method: request.method ?? "",
    url: request.url ?? "",
    headers,
    body: "",
    complete: false,
  };
  (request.socket as unknown as OneWay).messages.push(message);
  request.on("data", (chunk: Buffer) => {
    message.body += chunk.toString("latin1");
  });
  request.on("end", () => {
    message.complete = request.complete;
    response.end();
  });
  request.on("error", () => {});
}
