import { BadRequest } from "../http/errors.ts";
import { parseSize, type Size } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import {
  chooseDeflate,
  type DeflateAnswer,
  type DeflateWishes,
} from "../protocol/websocket/deflate-negotiation.ts";
import { type Extension, parseExtensions } from "../protocol/websocket/extension-list.ts";
import { contextSize, type WebSocketCompression } from "../websocket/compression.ts";
import type { Config } from "./config.ts";

/** How the messages of a websocket route are compressed (permessage-deflate, RFC 7692). */
export interface WebSocketCompressionOptions {
  /** Shorter messages are sent as they are. @default the config's `websocketCompressionThreshold` */
  threshold?: Size | undefined;
  /**
   * Messages may refer to those before them, which makes them smaller where they are alike; it takes up to two windows of
   * memory for each websocket. @default false
   */
  contextTakeover?: boolean | undefined;
  /** How far back references reach, as a power of two: 9 (512 bytes) to 15 (32 KiB). @default 15 */
  windowBits?: number | undefined;
}

/** What a handshake agreed on, and the response field that says so. */
export interface AgreedCompression extends WebSocketCompression {
  readonly field: string;
}

const NARROWEST = 9;
const WIDEST = 15;
const KNOWN = new Set(["threshold", "contextTakeover", "windowBits"]);

/** How much the contexts of all open websockets of an app take; past the limit new ones get none. */
class ContextMemory {
  private used = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  hasRoomFor(size: number): boolean {
    return this.used + size <= this.limit;
  }

  add(size: number): void {
    this.used += size;
  }
}

/** One for each app, known by its settings. */
const memories = new WeakMap<Config, ContextMemory>();

/** Agrees on compression with the clients of one route. */
export class CompressionNegotiator {
  private readonly wishes: DeflateWishes | null;
  private readonly threshold: number;
  private readonly memory: ContextMemory;

  /** @throws {SetupError} when an option is none. */
  constructor(path: string, option: boolean | WebSocketCompressionOptions | undefined, config: Config) {
    const chosen = option === undefined ? config.websocketCompression : option;
    this.memory = memories.get(config) ?? new ContextMemory(config.websocketCompressionMemory);
    memories.set(config, this.memory);
    this.threshold = config.websocketCompressionThreshold;
    if (typeof chosen === "boolean")
      this.wishes = chosen ? { contextTakeover: false, windowBits: WIDEST } : null;
    else {
      assertOptions(path, chosen);
      this.wishes = {
        contextTakeover: chosen.contextTakeover ?? false,
        windowBits: chosen.windowBits ?? WIDEST,
      };
      if (chosen.threshold !== undefined) this.threshold = parseSize(chosen.threshold);
    }
  }

  /**
   * What is agreed on with the client of `request`; undefined for no compression.
   *
   * Throws {@link BadRequest} for a malformed field (RFC 6455 section 9.1).
   */
  agree(request: Request): AgreedCompression | undefined {
    const field = request.headers.get("sec-websocket-extensions");
    if (field === undefined) return undefined;
    const offers = parseExtensions(field);
    if (offers === undefined) throw new BadRequest("Sec-WebSocket-Extensions is malformed");
    const answer = this.wishes === null ? undefined : this.answer(offers, this.wishes);
    return answer === undefined ? undefined : { ...answer, threshold: this.threshold };
  }

  /** Counts the contexts of a websocket that opens. @returns what to call when it has closed. */
  hold(compression: WebSocketCompression | undefined): () => void {
    const size = compression === undefined ? 0 : contextSize(compression.agreement);
    if (size === 0) return () => undefined;
    this.memory.add(size);
    return () => this.memory.add(-size);
  }

  private answer(offers: readonly Extension[], wishes: DeflateWishes): DeflateAnswer | undefined {
    const answer = chooseDeflate(offers, wishes);
    if (answer === undefined || this.memory.hasRoomFor(contextSize(answer.agreement))) return answer;
    return chooseDeflate(offers, { ...wishes, contextTakeover: false });
  }
}

function assertOptions(path: string, options: WebSocketCompressionOptions): void {
  const isObject = typeof options === "object" && options !== null;
  const unknown = isObject ? Object.keys(options).find((key) => !KNOWN.has(key)) : undefined;
  const { contextTakeover, windowBits } = options ?? {};
  const isSound =
    isObject &&
    unknown === undefined &&
    (contextTakeover === undefined || typeof contextTakeover === "boolean") &&
    (windowBits === undefined ||
      (Number.isInteger(windowBits) && windowBits >= NARROWEST && windowBits <= WIDEST));
  if (isSound) return;
  throw new SetupError(
    `The websocket route ${path} has compression ${JSON.stringify(options)}; expected true, false or { threshold, contextTakeover: true or false, windowBits: 9 to 15 }`,
  );
}
