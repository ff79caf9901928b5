import { BadRequest } from "../http/errors.ts";
import { parseJson } from "../http/json.ts";
import { SetupError } from "../http/setup-error.ts";
import { CloseCode } from "../protocol/websocket/close-code.ts";
import type { MessageReader, ReadMessage } from "../websocket/message-reader.ts";
import type { WebSocket } from "../websocket/websocket.ts";
import type { WebSocketMessage } from "../websocket/websocket-options.ts";
import {
  isStandardSchema,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from "./validation/standard-schema.ts";

/** The longest text a close frame has room for, in bytes. */
const REASON_LIMIT = 123;

/**
 * A message that is not as the schema of its route wants it.
 *
 * @example
 * ```ts
 * import { Spindash, type StandardSchema } from "spindash";
 *
 * declare const Move: StandardSchema<unknown, { x: number; y: number }>;
 * function register(app: Spindash) {
 *   app.websocket(
 *     "/moves",
 *     { message: Move, onInvalid: (ws, error) => ws.json({ error: error.message }) },
 *     async (_req, ws) => {
 *       for await (const { x, y } of ws) console.log(x + y);
 *     },
 *   );
 * }
 * console.assert(typeof register === "function");
 * ```
 */
export class InvalidMessage extends Error {
  /** What the websocket is closed with where no `onInvalid` is: 1003 for bytes, 1007 for what is no JSON, 1008 by the schema. */
  readonly code: number;
  /** What the schema says; empty where the message did not get that far. */
  readonly issues: readonly SchemaIssue[];
  /** The message as it came. */
  readonly received: WebSocketMessage;

  /** @internal */
  constructor(
    code: number,
    message: string,
    received: WebSocketMessage,
    issues: readonly SchemaIssue[] = [],
  ) {
    super(message);
    this.name = "InvalidMessage";
    this.code = code;
    this.issues = issues;
    this.received = received;
  }
}

/** Is told of messages a schema refuses, instead of closing the websocket; may close it itself. */
export type InvalidMessageHook = (ws: WebSocket<never>, error: InvalidMessage) => unknown;

/** Reads the messages of one route by its schema. */
export class MessageValidator {
  readonly #path: string;
  readonly #schema: StandardSchema;
  readonly #onInvalid: InvalidMessageHook | undefined;

  /** @throws {SetupError} for what is no schema or no hook. */
  constructor(path: string, schema: unknown, onInvalid: unknown) {
    if (!isStandardSchema(schema)) {
      throw new SetupError(
        `The websocket route ${path} has a message schema that is none; expected one of a Standard Schema library such as zod, valibot or arktype`,
      );
    }
    if (onInvalid !== undefined && typeof onInvalid !== "function") {
      throw new SetupError(`The websocket route ${path} has an onInvalid that is no function (ws, error)`);
    }
    this.#path = path;
    this.#schema = schema;
    this.#onInvalid = onInvalid as InvalidMessageHook | undefined;
  }

  /** What one websocket reads its messages by. */
  readerFor(ws: WebSocket): MessageReader {
    return (message) => this.#read(ws, message);
  }

  #read(ws: WebSocket, message: WebSocketMessage): ReadMessage<unknown> | Promise<ReadMessage<unknown>> {
    const value = parseMessage(message);
    if (value instanceof InvalidMessage) return this.#refuse(ws, value);
    const result = this.#schema["~standard"].validate(value.json);
    return result instanceof Promise
      ? result.then((awaited) => this.#judge(ws, message, awaited))
      : this.#judge(ws, message, result);
  }

  #judge(
    ws: WebSocket,
    message: WebSocketMessage,
    result: SchemaResult<unknown>,
  ): ReadMessage<unknown> | Promise<ReadMessage<unknown>> {
    if (
      typeof result !== "object" ||
      result === null ||
      !(result.issues !== undefined || "value" in result)
    ) {
      throw new TypeError(
        `The message schema of ${this.#path} returned neither a value nor issues; expected a result as Standard Schema has it`,
      );
    }
    if (result.issues === undefined) return { value: result.value };
    const text = `The message is not acceptable: ${describe(result.issues)}`;
    return this.#refuse(ws, new InvalidMessage(CloseCode.PolicyViolation, text, message, result.issues));
  }

  #refuse(ws: WebSocket, error: InvalidMessage): ReadMessage<unknown> | Promise<ReadMessage<unknown>> {
    if (this.#onInvalid === undefined) {
      ws.refuse(error.code, shortened(error.message));
      return undefined;
    }
    const told = this.#onInvalid(ws as WebSocket<never>, error);
    return told instanceof Promise ? told.then(() => undefined) : undefined;
  }
}

function parseMessage(message: WebSocketMessage): { json: unknown } | InvalidMessage {
  if (typeof message !== "string") {
    return new InvalidMessage(
      CloseCode.UnsupportedData,
      "The message is binary; expected JSON as text",
      message,
    );
  }
  try {
    return { json: parseJson(message) };
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    return new InvalidMessage(CloseCode.InvalidPayload, `The message is no JSON: ${error.message}`, message);
  }
}

function describe(issues: readonly SchemaIssue[]): string {
  return issues
    .map(({ path = [], message }) => [placeOf(path), message].filter(Boolean).join(": "))
    .join("; ");
}

function placeOf(path: NonNullable<SchemaIssue["path"]>): string {
  return path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
}

/** As much of a text as a close frame has room for, cut between characters. */
function shortened(text: string): string {
  let size = 0;
  let end = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > REASON_LIMIT) break;
    end += character.length;
  }
  return text.slice(0, end);
}
