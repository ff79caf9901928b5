import { defaultHeadLimits, type HeadLimits } from "../protocol/http1/limits.ts";

/** Every limit of the server; sizes in bytes, times in seconds. */
export interface ServerLimits extends HeadLimits {
  /** A request's body, unless its route says otherwise. Past it: 413. @default 1 MiB */
  bodyLimit: number;
  /** A head must arrive within this time of its first byte (of the connection's start, for the first). Past it: 408. @default 10 */
  headTimeout: number;
  /**
   * A body that is being read must bring a byte within this time. Past it: 408. A client that is slow must take what it
   * was sent of a long or streamed answer within it. Past it: cut. @default 30
   */
  bodyTimeout: number;
  /** A handler must answer within this time. Past it: 503, and the request's signal aborts. @default 60 */
  handlerTimeout: number;
  /** A kept-alive connection may wait this long for its next request. Past it: closed. @default 75 */
  keepAliveTimeout: number;
  /** A stopping server waits this long for what is in flight. Past it: cut. @default 15 */
  gracefulStopTimeout: number;
}

/** The defaults of {@link ServerLimits}. */
export const defaultServerLimits: Readonly<ServerLimits> = {
  ...defaultHeadLimits,
  bodyLimit: 1024 * 1024,
  headTimeout: 10,
  bodyTimeout: 30,
  handlerTimeout: 60,
  keepAliveTimeout: 75,
  gracefulStopTimeout: 15,
};
