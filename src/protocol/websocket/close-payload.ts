import { isUtf8 } from "node:buffer";
import { CloseCode, isSendableCloseCode } from "./close-code.ts";
import { CONTROL_PAYLOAD_LIMIT } from "./opcode.ts";

/** The most bytes of UTF-8 a close reason may have: a control payload without the two bytes of the code. */
const CLOSE_REASON_LIMIT = CONTROL_PAYLOAD_LIMIT - 2;

/** What a close frame says; `failure` is the code to fail the connection with, 0 where the payload is sound. */
export interface ClosePayload {
  code: number;
  reason: string;
  failure: number;
}

/** Reads the payload of a close frame from bytes `start` to `end` (RFC 6455 section 5.5.1). */
export function parseClosePayload(bytes: Buffer, start: number, end: number): ClosePayload {
  if (start === end) return { code: CloseCode.NoStatus, reason: "", failure: 0 };
  if (end - start === 1) return failed(CloseCode.ProtocolError, "A close frame has a payload of one byte");
  const code = bytes.readUInt16BE(start);
  if (!isSendableCloseCode(code)) return failed(CloseCode.ProtocolError, "A close frame has an invalid code");
  const reason = bytes.subarray(start + 2, end);
  if (!isUtf8(reason)) return failed(CloseCode.InvalidPayload, "A close reason is not UTF-8");
  return { code, reason: reason.toString("utf8"), failure: 0 };
}

/**
 * Writes the payload of a close frame: empty when `code` is undefined.
 *
 * @throws {RangeError} for codes that may not be sent, for reasons without a code or over 123 bytes of UTF-8.
 */
export function formatClosePayload(code: number | undefined, reason: string): Buffer {
  if (code === undefined) {
    if (reason === "") return Buffer.alloc(0);
    throw new RangeError("A close reason needs a close code: give one, for example 1000");
  }
  if (!isSendableCloseCode(code)) {
    throw new RangeError(
      `Close code ${code} cannot be sent; use 1000-1003, 1007-1014, or 3000-4999 for codes of your own`,
    );
  }
  const size = Buffer.byteLength(reason);
  if (size > CLOSE_REASON_LIMIT) {
    throw new RangeError(
      `A close reason has at most ${CLOSE_REASON_LIMIT} bytes of UTF-8, this one has ${size}; shorten it`,
    );
  }
  const payload = Buffer.allocUnsafe(2 + size);
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2, "utf8");
  return payload;
}

function failed(failure: number, reason: string): ClosePayload {
  return { code: failure, reason, failure };
}
