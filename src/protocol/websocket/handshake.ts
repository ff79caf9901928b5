import { createHash, randomBytes } from "node:crypto";
import { hasToken, parseTokenList } from "./token-list.ts";

/** The upgrade fields of a request, each as received; undefined where it is missing. */
export interface HandshakeRequest {
  method: string;
  /** Of HTTP: `"1.1"`. */
  httpVersion: string;
  /** `Upgrade` */
  upgrade: string | undefined;
  /** `Connection` */
  connection: string | undefined;
  /** `Sec-WebSocket-Key` */
  key: string | undefined;
  /** `Sec-WebSocket-Version` */
  version: string | undefined;
}

/** The handshake is sound: answer 101 with `accept` as `Sec-WebSocket-Accept`. */
export interface HandshakeAccepted {
  status: 101;
  accept: string;
}

/** The handshake is refused with an ordinary response. */
export interface HandshakeRefused {
  status: 400 | 405 | 426;
  message: string;
  /** Header fields the response must have, names in lower case; whoever writes it names `Upgrade` in `Connection` too. */
  headers: Readonly<Record<string, string>>;
}

/** The upgrade fields of a response to a client, as received. */
export interface HandshakeResponse {
  status: number;
  upgrade: string | undefined;
  connection: string | undefined;
  /** `Sec-WebSocket-Accept` */
  accept: string | undefined;
  /** `Sec-WebSocket-Protocol` */
  subprotocol: string | undefined;
}

/** The only version of the protocol (RFC 6455 section 4.1). */
export const WEBSOCKET_VERSION = "13";

const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const KEY_BYTES = 16;
const UPGRADE_HEADERS = { upgrade: "websocket" } as const;

/** The value of `Sec-WebSocket-Accept` for a key (RFC 6455 section 4.2.2). */
export function acceptKey(key: string): string {
  return createHash("sha1").update(`${key}${ACCEPT_SUFFIX}`, "latin1").digest("base64");
}

/**
 * Decides whether a request opens a websocket (RFC 6455 section 4.2.1).
 *
 * 426 when it does not ask for one (HTTP/1.0 cannot: RFC 9110 section 7.8) or asks for another version, 405 when it is not a GET, 400 for a
 * key that is not the base64 of 16 bytes.
 */
export function checkHandshake(request: HandshakeRequest): HandshakeAccepted | HandshakeRefused {
  const asks =
    request.httpVersion !== "1.0" &&
    hasToken(request.upgrade, "websocket") &&
    hasToken(request.connection, "upgrade");
  if (!asks) {
    const message =
      "This is a websocket; ask for it with Upgrade: websocket and Connection: Upgrade over HTTP/1.1";
    return { status: 426, message, headers: UPGRADE_HEADERS };
  }
  if (request.method !== "GET") {
    return { status: 405, message: "A websocket is opened by GET", headers: { allow: "GET" } };
  }
  if (request.version !== WEBSOCKET_VERSION) {
    const headers = { ...UPGRADE_HEADERS, "sec-websocket-version": WEBSOCKET_VERSION };
    return { status: 426, message: `Sec-WebSocket-Version must be ${WEBSOCKET_VERSION}`, headers };
  }
  if (request.key === undefined || !isKey(request.key)) {
    return { status: 400, message: "Sec-WebSocket-Key must be 16 bytes in base64", headers: {} };
  }
  return { status: 101, accept: acceptKey(request.key) };
}

/**
 * The first of the server's subprotocols that the client offers; undefined when there is none, which is no error.
 *
 * @param offered `Sec-WebSocket-Protocol` of the request. Names are compared as they are written.
 */
export function chooseSubprotocol(
  supported: readonly string[],
  offered: string | undefined,
): string | undefined {
  if (offered === undefined) return undefined;
  const names = new Set(parseTokenList(offered));
  return supported.find((name) => names.has(name));
}

/** A new value of `Sec-WebSocket-Key` for a client's request. */
export function createKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/**
 * What is wrong with the response to a client's handshake (RFC 6455 section 4.1), undefined when nothing is.
 *
 * @param key the key the request had.
 * @param offered the subprotocols the request offered.
 */
export function handshakeProblem(
  response: HandshakeResponse,
  key: string,
  offered: readonly string[] = [],
): string | undefined {
  if (response.status !== 101) return `The server answered ${response.status} instead of 101`;
  if (response.upgrade?.toLowerCase() !== "websocket") return "The answer has no Upgrade: websocket";
  if (!hasToken(response.connection, "upgrade")) return "The answer has no Connection: Upgrade";
  if (response.accept !== acceptKey(key)) return "Sec-WebSocket-Accept does not fit the key";
  if (response.subprotocol !== undefined && !offered.includes(response.subprotocol)) {
    return `The server chose the subprotocol ${JSON.stringify(response.subprotocol)}, which was not offered`;
  }
  return undefined;
}

/** Canonical base64 of 16 bytes: encoding the decoded bytes gives the same text back. */
function isKey(key: string): boolean {
  if (key.length !== 24) return false;
  const bytes = Buffer.from(key, "base64");
  return bytes.length === KEY_BYTES && bytes.toString("base64") === key;
}
