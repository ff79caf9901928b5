import { BadRequest, HttpError } from "../http/errors.ts";
import type { Size } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import { checkHandshake, chooseSubprotocol } from "../protocol/websocket/handshake.ts";
import { isToken } from "../protocol/websocket/token-list.ts";
import { type ManagedConnection, Upgrade } from "../server/upgrade.ts";
import type { Realtime } from "../websocket/realtime.ts";
import type { WebSocket } from "../websocket/websocket.ts";
import { WebSocket as WebSocketConnection } from "../websocket/websocket.ts";
import { runWebSocketHandler, runWebSocketHandlers } from "../websocket/websocket-handler.ts";
import type { WebSocketHandlers } from "../websocket/websocket-listener.ts";
import type { WebSocketMessage, WebSocketOptions } from "../websocket/websocket-options.ts";
import type { ArgumentsMaker } from "./arguments.ts";
import type { Config } from "./config.ts";
import { parseMessageLimit } from "./config-value.ts";
import type { HandlerArguments, Nothing, RouteSettings } from "./handler.ts";
import type { Injector } from "./injection/injector.ts";
import type { Providers } from "./injection/provider.ts";
import type { Signals } from "./signals.ts";
import type { InputLocation, ValidatedInput } from "./validation/input-location.ts";
import type { StandardSchema } from "./validation/standard-schema.ts";
import { CompressionNegotiator, type WebSocketCompressionOptions } from "./websocket-compression.ts";
import { type InvalidMessageHook, MessageValidator } from "./websocket-message.ts";
import { type AllowedOrigins, assertOrigins, checkOrigin } from "./websocket-origin.ts";

/** Loop style: one call per socket; when it returns the socket is closed with 1000, when it throws with 1011. */
export type WebSocketLoop<
  Path extends string = string,
  Validated extends object = Nothing,
  Injected extends object = Nothing,
  Types = unknown,
  Message = WebSocketMessage,
> = (
  request: Request,
  ws: WebSocket<Message>,
  args: HandlerArguments<Path, Validated, Injected, Types>,
) => unknown;

/** Event style: functions called as things happen. */
export interface WebSocketEvents<
  Path extends string = string,
  Validated extends object = Nothing,
  Injected extends object = Nothing,
  Types = unknown,
  Message = WebSocketMessage,
> {
  open?(
    ws: WebSocket<Message>,
    request: Request,
    args: HandlerArguments<Path, Validated, Injected, Types>,
  ): unknown;
  message?(ws: WebSocket<Message>, data: Message): unknown;
  /** The last call. */
  close?(ws: WebSocket<Message>, code: number, reason: string): unknown;
  /** A peer that was slow has taken everything. */
  drain?(ws: WebSocket<Message>): unknown;
}

/** Answers websockets, in loop or event style. */
export type WebSocketHandler<
  Path extends string = string,
  Validated extends object = Nothing,
  Injected extends object = Nothing,
  Types = unknown,
  Message = WebSocketMessage,
> =
  | WebSocketLoop<Path, Validated, Injected, Types, Message>
  | WebSocketEvents<Path, Validated, Injected, Types, Message>;

/** Options of a websocket route, between its path and its handler. The handshake has no body to check. */
export type WebSocketRouteOptions<
  Validated extends object = Omit<ValidatedInput, "body" | "form">,
  Injected extends object = Record<string, unknown>,
  Message = WebSocketMessage,
> = WebSocketRouteSettings &
  MessageOptions<Message> & {
    readonly [Location in keyof Validated & HandshakeLocation]?: StandardSchema<unknown, Validated[Location]>;
  } & { readonly inject?: Providers<Injected> };

/** How the messages of a websocket route are checked. */
export interface MessageOptions<Message = unknown> {
  /** Messages are JSON, and what this makes of it: the handler gets its output. */
  readonly message?: StandardSchema<unknown, Message> | undefined;
  /** Is told of messages the schema refuses. @default they close the websocket, with 1003, 1007 or 1008 */
  readonly onInvalid?: InvalidMessageHook | undefined;
}

type HandshakeLocation = Exclude<InputLocation, "body" | "form">;

/** How a websocket route is matched and what it accepts. */
export interface WebSocketRouteSettings extends Omit<RouteSettings, "bodyLimit"> {
  /** Pages that may open it. @default "same": those of the same host */
  origins?: AllowedOrigins | undefined;
  /** Subprotocols spoken here, the preferred one first; the first that the client offers is taken. */
  subprotocols?: readonly string[] | undefined;
  /** Bytes a message may have. Past it: close 1009. @default the config's `websocketMessageLimit` */
  messageLimit?: Size | undefined;
  /** Messages are read while they arrive, by `ws.messages()`, whatever their size; not compressed. @default false */
  streaming?: boolean | undefined;
  /** Whether and how messages are compressed. @default the config's `websocketCompression`, which is off */
  compression?: boolean | WebSocketCompressionOptions | undefined;
}

type OwnOptions = Pick<
  WebSocketRouteSettings,
  "origins" | "subprotocols" | "messageLimit" | "compression" | "streaming"
> &
  MessageOptions;

/** Parts the options of websockets from those every route has. */
export function divideOptions<Options extends WebSocketRouteSettings & MessageOptions>(
  options: Options,
): { ownOptions: OwnOptions; routeOptions: Omit<Options, keyof OwnOptions> } {
  const { origins, subprotocols, messageLimit, compression, streaming, message, onInvalid, ...routeOptions } =
    options;
  const ownOptions = { origins, subprotocols, messageLimit, compression, streaming, message, onInvalid };
  return { ownOptions, routeOptions };
}

type SocketArguments = Readonly<Record<string, unknown>>;

/** What a websocket route needs of its app. */
interface WebSocketHost {
  readonly config: Config;
  readonly realtime: Realtime;
  readonly signals: Signals;
  readonly injector: Injector;
  report(error: unknown, request: Request | null): void;
}

/**
 * Makes the route handler that opens a websocket and runs `handler` on it.
 *
 * @throws {SetupError} for a handler or an option that is none.
 */
export function websocketHandler(
  host: WebSocketHost,
  path: string,
  options: OwnOptions,
  makeArguments: ArgumentsMaker | null,
  handler: WebSocketHandler,
): (request: Request) => Promise<Upgrade> {
  if (typeof handler !== "function" && (typeof handler !== "object" || handler === null)) {
    throw new SetupError(
      `The websocket route ${path} has no handler; expected an async function (request, ws) or an object with open, message and close`,
    );
  }
  const { origins = "same", subprotocols = [] } = options;
  assertOrigins(path, origins);
  assertSubprotocols(path, subprotocols);
  const messageLimit = parseMessageLimit(options.messageLimit ?? host.config.websocketMessageLimit);
  if (options.streaming === true) assertStreaming(path, options, handler);
  const validator = validatorOf(path, options);
  const negotiator = new CompressionNegotiator(
    path,
    options.streaming === true ? false : options.compression,
    host.config,
  );
  const isStreaming = options.streaming === true;
  return async (request) => {
    const accept = agreeOn(request);
    await checkOrigin(request, origins);
    const args = makeArguments === null ? request.params : await makeArguments(request);
    const subprotocol = chooseSubprotocol(subprotocols, request.headers.get("sec-websocket-protocol"));
    const compression = negotiator.agree(request);
    const settings = {
      ...settingsOf(host.config),
      request,
      subprotocol,
      messageLimit,
      compression,
      isStreaming,
    };
    const upgrade = new Upgrade("websocket", (transport, onClose) => {
      // An open websocket keeps its request, which must not keep the parser and all else of HTTP: 1.5 kB.
      request.leaveConnection();
      const release = negotiator.hold(compression);
      const ws = new WebSocketConnection(transport, settings, () => {
        release();
        onClose();
      });
      ws.realtime = host.realtime;
      transport.owner = ws;
      ws.reader = validator?.readerFor(ws);
      // The handler starts when the connection's present turn is over, so that its first frames follow the 101.
      queueMicrotask(() => void serve(host, { request, ws, args }, handler));
      return managed(ws, () => transport.destroy());
    });
    upgrade.onDiscard = () => host.injector.end(request);
    upgrade.headers.set("sec-websocket-accept", accept);
    if (subprotocol !== undefined) upgrade.headers.set("sec-websocket-protocol", subprotocol);
    if (compression !== undefined) upgrade.headers.set("sec-websocket-extensions", compression.field);
    return upgrade;
  };
}

/** @throws {SetupError} for what needs whole messages. */
function assertStreaming(path: string, options: OwnOptions, handler: WebSocketHandler): void {
  const { message, compression, messageLimit } = options;
  const needsWhole = [
    typeof handler !== "function" && "a handler in event style",
    message !== undefined && "a message schema",
    compression !== undefined && compression !== false && "compression",
    messageLimit !== undefined && "a messageLimit",
  ].filter((each) => each !== false);
  if (needsWhole.length === 0) return;
  throw new SetupError(
    `The websocket route ${path} streams its messages, which cannot go with ${needsWhole.join(" and ")}; leave out one of the two`,
  );
}

function validatorOf(path: string, { message, onInvalid }: OwnOptions): MessageValidator | undefined {
  if (message !== undefined) return new MessageValidator(path, message, onInvalid);
  if (onInvalid === undefined) return undefined;
  throw new SetupError(`The websocket route ${path} has onInvalid but no message schema; add { message: … }`);
}

function assertSubprotocols(path: string, subprotocols: readonly string[]): void {
  if (Array.isArray(subprotocols) && subprotocols.every((name) => typeof name === "string" && isToken(name)))
    return;
  throw new SetupError(
    `The websocket route ${path} has subprotocols ${JSON.stringify(subprotocols)}; expected a list of tokens such as ["chat.v2"]`,
  );
}

function agreeOn(request: Request): string {
  const { headers } = request;
  // Whether its bytes have come already must not decide: they would be taken for frames.
  if (request.hasBody)
    throw new BadRequest("The handshake of a websocket cannot have a body", { code: "E_BAD_HANDSHAKE" });
  const handshake = checkHandshake({
    method: request.method,
    httpVersion: request.httpVersion,
    upgrade: headers.get("upgrade"),
    connection: headers.get("connection"),
    key: headers.get("sec-websocket-key"),
    version: headers.get("sec-websocket-version"),
  });
  if (handshake.status === 101) return handshake.accept;
  throw new HttpError(handshake.status, handshake.message, {
    code: "E_BAD_HANDSHAKE",
    headers: handshake.headers,
  });
}

function settingsOf(config: Config): WebSocketOptions {
  return {
    pingInterval: config.websocketPingInterval,
    pongTimeout: config.websocketPongTimeout,
    bufferLimit: config.websocketBufferLimit,
    bufferHardLimit: config.websocketBufferHardLimit,
  };
}

async function serve(
  host: WebSocketHost,
  { request, ws, args }: { request: Request; ws: WebSocket; args: SocketArguments },
  handler: WebSocketHandler,
): Promise<void> {
  const { signals } = host;
  const facts = { request, websocket: ws };
  const report = (error: unknown): void => {
    void signals.emit("websocket.handler.exception", { ...facts, error });
    host.report(error, request);
  };
  // What the handler listens to on its request must hear that the client has left.
  void ws.closed.then(({ code }) => request.abort(new Error(`The websocket is closed (${code})`)));
  const told = signals.emit("websocket.handler.before", facts);
  if (told !== undefined) await told;
  if (typeof handler === "function") await runWebSocketHandler(ws, () => handler(request, ws, args), report);
  else await runWebSocketHandlers(ws, eventsOf(handler, request, args), report);
  await signals.emit("websocket.handler.after", facts);
  host.injector.end(request);
}

/** The events of one socket; called as methods, so that handlers may be instances of a class. */
function eventsOf(handler: WebSocketEvents, request: Request, args: SocketArguments): WebSocketHandlers {
  return {
    open: (ws) => handler.open?.(ws, request, args),
    message: (ws, data) => handler.message?.(ws, data),
    close: (ws, code, reason) => handler.close?.(ws, code, reason),
    drain: (ws) => handler.drain?.(ws),
  };
}

/** How the server sees a websocket: swept like other connections, and told to go away when the server stops. */
function managed(ws: WebSocket, destroy: () => void): ManagedConnection {
  return {
    sweep: (now) => void ws.sweep(now),
    stop: () => void ws.close(1001, "The server stops"),
    destroy,
  };
}
