import type { Duration } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { PathParameters } from "../routing/path-parameters.ts";
import type { WebSocket } from "../websocket/websocket.ts";
import type { RouteRecord } from "./route.ts";

/** What the built-in signals tell, by their names. */
export interface BuiltInSignals {
  /** The `beforeServerStart` listeners have run. */
  "server.init.before": object;
  /** The `afterServerStart` listeners have run. */
  "server.init.after": object;
  /** The server was told to stop, and still answers. */
  "server.shutdown.before": object;
  /** Every connection is closed. */
  "server.shutdown.after": object;
  /** An error was logged: of a request (null outside of one), a task, a signal handler or a websocket. */
  "server.exception.report": { error: unknown; request: Request | null };
  /** A connection has been accepted. */
  "http.lifecycle.begin": { connection: ConnectionFacts };
  /** A request's head has arrived. */
  "http.lifecycle.request": { request: Request };
  /** The app begins to answer it. */
  "http.lifecycle.handle": { request: Request };
  /** A handler or middleware has thrown, or no route fits; error handlers come next. */
  "http.lifecycle.exception": { request: Request; error: unknown };
  /** The response is ready to be sent. */
  "http.lifecycle.response": { request: Request; response: Response };
  /** A connection has ended. */
  "http.lifecycle.complete": { connection: ConnectionFacts };
  "http.routing.before": { request: Request };
  /** `route` is a stand-in where none fits. */
  "http.routing.after": { request: Request; route: RouteRecord };
  /** Around each middleware; `response` is null for request middleware. */
  "http.middleware.before": MiddlewareFacts;
  "http.middleware.after": MiddlewareFacts;
  "http.handler.before": { request: Request };
  "http.handler.after": { request: Request };
  "websocket.handler.before": { request: Request; websocket: WebSocket };
  "websocket.handler.after": { request: Request; websocket: WebSocket };
  "websocket.handler.exception": { request: Request; websocket: WebSocket; error: unknown };
}

/** Whom a connection is with. The same object at its begin and its end. */
export interface ConnectionFacts {
  /** IP address, `""` for unix sockets. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly encrypted: boolean;
}

interface MiddlewareFacts {
  readonly phase: "request" | "response";
  readonly request: Request;
  readonly response: Response | null;
}

/** What a signal's handler gets: what was dispatched with it, and the parameter of its name. */
export type SignalContext<Event extends string> = Event extends keyof BuiltInSignals
  ? BuiltInSignals[Event]
  : Event extends `${string}.${string}.${infer Action}`
    ? PathParameters<Action> & Record<string, unknown>
    : PathParameters<Event> & Record<string, unknown>;

/** Hears a signal; may be async. */
export type SignalHandler<Event extends string = string> = (context: SignalContext<Event>) => unknown;

/** Facts that a signal's handler and its dispatch agree on; compared deeply. */
export type SignalCondition = Readonly<Record<string, unknown>>;

/** Which dispatches of a signal are heard. */
export interface SignalFilter {
  /** Hear only dispatches with this condition. A handler without one does not hear those that have one. */
  condition?: SignalCondition;
  /** With a condition: whether to stay deaf for dispatches that have none. @default true */
  exclusive?: boolean;
}

/** Options of a signal's handler. */
export interface SignalOptions extends SignalFilter {
  /** Higher hears earlier; ties in order of registration. @default 0 */
  priority?: number;
  /** Stops listening when it aborts. */
  signal?: AbortSignal;
}

/** Options of waiting for a signal. */
export interface WaitOptions extends SignalFilter {
  /** Seconds, or text such as `"30s"`; past it the wait rejects with a `TimeoutError`. @default none */
  timeout?: Duration;
  /** Ends the wait: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** How a signal is dispatched. */
export interface DispatchOptions {
  condition?: SignalCondition;
  /** Lowest priority first. @default false */
  reverse?: boolean;
  /** Run the handlers as a task: nobody waits but the server's stop, and errors are logged. @default false */
  background?: boolean;
  /** Stop at the first handler that returns something other than `undefined`, and resolve with that. @default false */
  first?: boolean;
  /** Reject when nobody hears it. @default false */
  required?: boolean;
}
