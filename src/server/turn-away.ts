import type { Duplex } from "node:stream";
import type { Response } from "../http/response.ts";
import { BodyFraming, formatHead } from "../protocol/http1/response-writer.ts";
import type { Clock } from "./clock.ts";

/**
 * Answers a connection that there is no room for, and closes it without reading a request: whoever waited for one would
 * hold what there is too little of.
 */
export function turnAway(stream: Duplex, response: Response, clock: Clock): void {
  const body = typeof response.body === "string" ? Buffer.from(response.body) : null;
  const framing = body === null ? BodyFraming.None : body.length;
  const head = formatHead(response.status, response.fieldLines(), framing, false, 1, clock.dateLine);
  // Who has left already needs no answer.
  stream.on("error", () => {});
  // Bytes that lie unread when a socket closes make the system reset it, and the answer may be lost with that.
  stream.resume();
  stream.end(Buffer.concat([Buffer.from(head, "latin1"), body ?? Buffer.alloc(0)]), () => stream.destroy());
}
