import { FrameParser } from "../../src/protocol/websocket/frame-parser.ts";
import { createCompressors } from "../../src/websocket/compression.ts";
import { WebSocket } from "../../src/websocket/websocket.ts";
import type { WebSocketOptions } from "../../src/websocket/websocket-options.ts";
import type { Verdict } from "../conformance/websocket/frame-case.ts";
import { readEvents } from "../protocol/websocket/read-events.ts";
import { MemoryTransport } from "./memory-transport.ts";

export interface OpenWebSocket {
  ws: WebSocket;
  transport: MemoryTransport;
  /** What the peer has been sent, decoded. */
  sent(): Verdict[];
}

/** An open websocket over memory; the test plays the peer. */
export function openWebSocket(options: WebSocketOptions = {}, onGone?: () => void): OpenWebSocket {
  const transport = new MemoryTransport();
  const ws = new WebSocket(transport, options, onGone);
  transport.owner = ws;
  const role = options.role === "client" ? "server" : "client";
  const parse = () => {
    const { inflater } = createCompressors(options.compression, role);
    return new FrameParser({ role, messageLimit: 64 * 1024 * 1024, inflater });
  };
  return { ws, transport, sent: () => readEvents(parse(), [transport.written]) };
}

/** Two websockets joined over memory: a server's and a client's. */
export function openPair(options: WebSocketOptions = {}): { server: WebSocket; client: WebSocket } {
  const here = new MemoryTransport();
  const there = new MemoryTransport();
  MemoryTransport.connect(here, there);
  const server = new WebSocket(here, options);
  const client = new WebSocket(there, { ...options, role: "client" });
  here.owner = server;
  there.owner = client;
  return { server, client };
}

/** For handlers that are not expected to fail. */
export function unexpected(error: unknown): never {
  throw error;
}

/** Until all promises and callbacks of this turn of the event loop have run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
