import { defaultHeadLimits, type HeadLimits } from "../protocol/http1/limits.ts";

/** Every limit of the server; sizes in bytes, times in seconds. */
export interface ServerLimits extends HeadLimits {
  /** A request's body, unless its route says otherwise. Past it: 413. @default 1 MiB */
  bodyLimit: number;
  /** A head must arrive within this time of its first byte (of the connection's start, for the first). Past it: 408. @default 10 */
  headTimeout: number;
  /**
   * How long a body that is being read may stand still. Past it: 408. Bytes win time back, by `minimumReceiveRate`.
   * @default 30
   */
  bodyTimeout: number;
  /** Bytes a second that a body must bring; 0 where any byte will do. Past it, and `bodyTimeout`: 408. @default 240 */
  minimumReceiveRate: number;
  /**
   * How long a client may take nothing of what waits for it. Past it: cut. Bytes win time back, by `minimumSendRate`.
   * @default 30
   */
  sendTimeout: number;
  /** Bytes a second that a client must take while something waits for it; 0 where any byte will do. Past it, and `sendTimeout`: cut. @default 240 */
  minimumSendRate: number;
  /** A handler must answer within this time. Past it: 503, and the request's signal aborts. @default 60 */
  handlerTimeout: number;
  /** A kept-alive connection may wait this long for its next request. Past it: closed. @default 75 */
  keepAliveTimeout: number;
  /** Requests of one connection; the answer to the last one closes it. 0 for any number. @default 0 */
  maxRequestsPerConnection: number;
  /** Connections at once, websockets among them. Past it: 503, and close. 0 for any number. @default 0 */
  maxConnections: number;
  /** A stopping server waits this long for what is in flight. Past it: cut. @default 15 */
  gracefulStopTimeout: number;
}

/** The defaults of {@link ServerLimits}. */
export const defaultServerLimits: Readonly<ServerLimits> = {
  ...defaultHeadLimits,
  bodyLimit: 1024 * 1024,
  headTimeout: 10,
  bodyTimeout: 30,
  minimumReceiveRate: 240,
  sendTimeout: 30,
  minimumSendRate: 240,
  handlerTimeout: 60,
  keepAliveTimeout: 75,
  maxRequestsPerConnection: 0,
  maxConnections: 0,
  gracefulStopTimeout: 15,
};
