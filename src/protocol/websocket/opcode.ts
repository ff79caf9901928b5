/** What a frame is, as the low four bits of its first byte (RFC 6455 section 5.2). */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** Which side of the connection we are: clients mask their frames, servers never do (RFC 6455 section 5.1). */
export type WebSocketRole = "server" | "client";

/** The most bytes the payload of a close, ping or pong frame may have (RFC 6455 section 5.5). */
export const CONTROL_PAYLOAD_LIMIT = 125;

/** Opcodes 3 to 7 and 11 to 15 are reserved. */
export function isOpcode(code: number): code is Opcode {
  return code <= Opcode.Binary || (code >= Opcode.Close && code <= Opcode.Pong);
}

/** Control frames may come between the fragments of a message and are never fragmented themselves. */
export function isControl(opcode: Opcode): boolean {
  return opcode >= Opcode.Close;
}
