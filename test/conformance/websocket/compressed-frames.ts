import { constants, deflateRawSync } from "node:zlib";
import { frame } from "./frame-bytes.ts";

/** A message as a peer compresses it: flushed, without the last four bytes (RFC 7692 section 7.2.1). */
export function deflated(
  message: Uint8Array | string,
  history: Uint8Array | string = "",
  windowBits = 15,
): Buffer {
  const dictionary = Buffer.from(history as string).subarray(-(2 ** windowBits));
  const flushed = deflateRawSync(message, {
    windowBits,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary.length === 0 ? {} : { dictionary }),
  });
  return flushed.subarray(0, -4);
}

/** A compressed text or binary message in one frame, or in fragments of `fragment` bytes. */
export function compressed(
  opcode: 1 | 2,
  payload: Uint8Array,
  fragment: number = Number.POSITIVE_INFINITY,
): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += fragment) {
    const final = at + fragment >= payload.length;
    const first = at === 0;
    frames.push(
      frame({
        opcode: first ? opcode : 0,
        reserved: first ? 4 : 0,
        final,
        payload: payload.subarray(at, Math.min(payload.length, at + fragment)),
      }),
    );
  }
  return frames;
}
