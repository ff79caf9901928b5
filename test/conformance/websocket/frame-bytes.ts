/** What to put on the wire; nothing is checked, so that every mistake can be written. */
export interface FrameSpec {
  opcode: number;
  payload?: Uint8Array | string;
  /** @default true */
  final?: boolean;
  /** The three reserved bits as a number: 4 is RSV1. @default 0 */
  reserved?: number;
  /** The masking key; null for a frame without a mask. @default 0x37fa213d, the key of RFC 6455 section 5.7 */
  mask?: number | null;
  /** The length to announce. @default that of the payload */
  length?: number | bigint;
  /** How the length is written: in 7, 16 or 64 bits. @default the shortest */
  lengthBits?: 7 | 16 | 64;
}

/** Encodes a frame bit by bit as RFC 6455 section 5.2 draws it; shares nothing with the encoder under test. */
export function frame(spec: FrameSpec): Buffer {
  const payload = Buffer.from(
    typeof spec.payload === "string" ? Buffer.from(spec.payload) : (spec.payload ?? []),
  );
  const mask = spec.mask === undefined ? 0x37fa213d : spec.mask;
  const first = (spec.final === false ? 0 : 0x80) | ((spec.reserved ?? 0) << 4) | spec.opcode;
  const key = Buffer.alloc(mask === null ? 0 : 4);
  if (mask !== null) key.writeUInt32BE(mask);
  const masked = payload.map((byte, index) => (mask === null ? byte : byte ^ (key[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from([first]), lengthField(spec, payload.length, mask !== null), key, masked]);
}

function lengthField(spec: FrameSpec, actual: number, isMasked: boolean): Buffer {
  const length = BigInt(spec.length ?? actual);
  const bits = spec.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const maskBit = isMasked ? 0x80 : 0;
  if (bits === 7) return Buffer.from([maskBit | Number(length)]);
  const field = Buffer.alloc(bits === 16 ? 3 : 9);
  field[0] = maskBit | (bits === 16 ? 126 : 127);
  if (bits === 16) field.writeUInt16BE(Number(length), 1);
  else field.writeBigUInt64BE(length, 1);
  return field;
}

type Rest = Omit<FrameSpec, "opcode" | "payload">;
type Payload = Uint8Array | string;

export const text = (payload: Payload, rest: Rest = {}): Buffer => frame({ ...rest, opcode: 1, payload });
export const binary = (payload: Payload, rest: Rest = {}): Buffer => frame({ ...rest, opcode: 2, payload });
export const more = (payload: Payload, rest: Rest = {}): Buffer => frame({ ...rest, opcode: 0, payload });
export const ping = (payload: Payload = "", rest: Rest = {}): Buffer =>
  frame({ ...rest, opcode: 9, payload });
export const pong = (payload: Payload = "", rest: Rest = {}): Buffer =>
  frame({ ...rest, opcode: 10, payload });

/** A close frame; the reason is taken as bytes, so that it need not be UTF-8. */
export function close(code?: number, reason: Payload = "", rest: Rest = {}): Buffer {
  if (code === undefined) return frame({ ...rest, opcode: 8 });
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason as string)]);
  return frame({ ...rest, opcode: 8, payload });
}

export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(" ", ""), "hex");
}
