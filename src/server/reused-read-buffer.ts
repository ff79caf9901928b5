import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Node reads a client socket into one buffer of the caller's choice by the documented `onread` option. Sockets accepted by
 * a server have the same machinery, but no option reaches it. This finds it by its symbols' descriptions; where a
 * runtime has it not, `readInto` says so and the ordinary `data` event serves, under the same tests.
 *
 * Worth it: 15, 17 and 26 % less CPU per small request in three pairs of runs (Node 20, 2 cores), since no buffer is made
 * per read.
 */
const BUFFER_SIZE = 64 * 1024;

type OnRead = (length: number, buffer: Buffer) => void;

interface ReadingHandle {
  useUserBuffer?: (buffer: Uint8Array) => void;
}

type SocketInternals = Record<symbol, unknown> & { _handle?: ReadingHandle | null };

/** All sockets share it: a read is handled to its end before the next one happens. */
let shared: Buffer | null = null;
let symbols: { buffer: symbol; callback: symbol; generator: symbol } | null | undefined;

/** Makes `stream` read into the shared buffer and report each read; false if that cannot be had. */
export function readInto(stream: Duplex, onRead: OnRead): boolean {
  if (Object.getPrototypeOf(stream) !== Socket.prototype) return false;
  const internals = stream as unknown as SocketInternals;
  symbols ??= findSymbols(internals);
  const handle = internals._handle;
  if (symbols === null || typeof handle?.useUserBuffer !== "function") return false;
  shared ??= Buffer.allocUnsafeSlow(BUFFER_SIZE);
  internals[symbols.buffer] = shared;
  internals[symbols.generator] = null;
  internals[symbols.callback] = onRead;
  handle.useUserBuffer(shared);
  return true;
}

function findSymbols(socket: object): { buffer: symbol; callback: symbol; generator: symbol } | null {
  const own = Object.getOwnPropertySymbols(socket);
  const named = (description: string) => own.find((symbol) => symbol.description === description);
  const buffer = named("kBuffer");
  const callback = named("kBufferCb");
  const generator = named("kBufferGen");
  return buffer !== undefined && callback !== undefined && generator !== undefined
    ? { buffer, callback, generator }
    : null;
}
