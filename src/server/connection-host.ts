import type { HttpError } from "../http/errors.ts";
import type { Peer, Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { Clock } from "./clock.ts";
import type { Connections } from "./connections.ts";
import type { ServerLimits } from "./limits.ts";

/** The seam: what a server needs from whoever uses it. Nothing above it knows which protocol carries a request. */
export interface ServerHandlers {
  /** Answers a request; errors are answers too by now. */
  handle(request: Request): Response | Promise<Response>;
  /** Answers in place of a handler: bytes that are no request, a handler that took too long. */
  refuse(error: HttpError, request?: Request | null): Response;
  /** Hears of errors that can no longer become an answer. */
  report(error: unknown, request: Request | null): void;
  /** Hears of a new connection, where somebody wants to; what it returns is called at the connection's end. */
  connected?(peer: Peer): (() => void) | null;
}

/** What a connection knows of its server. */
export interface ConnectionHost extends ServerHandlers {
  readonly limits: ServerLimits;
  readonly clock: Clock;
  /** Every answer is its connection's last one now. */
  readonly isStopping: boolean;
  readonly connections: Connections;
}

/** Answers a request. */
export type Handle = ServerHandlers["handle"];
