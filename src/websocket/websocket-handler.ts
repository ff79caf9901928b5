import type { WebSocket } from "./websocket.ts";
import { closeAfterError, type WebSocketErrorReport, type WebSocketHandlers } from "./websocket-listener.ts";

/**
 * Runs a handler in loop style over an open websocket and closes it afterwards: 1000 when the handler returns, 1011 when it
 * throws. Ending by the {@link WebSocketClosed} of its own websocket is a normal end.
 *
 * @param report is told what the handler threw.
 * @returns when the websocket is closed; never rejects by the handler's fault.
 */
export async function runWebSocketHandler(
  ws: WebSocket,
  handler: () => unknown,
  report: WebSocketErrorReport,
): Promise<void> {
  try {
    await handler();
  } catch (error) {
    closeAfterError(ws, error, report);
  }
  await ws.close(1000);
}

/**
 * Runs a handler in event style over an open websocket. A function of it that throws closes with 1011.
 *
 * @param report is told what the handler threw.
 * @returns when the websocket is closed; never rejects.
 */
export async function runWebSocketHandlers(
  ws: WebSocket,
  handlers: WebSocketHandlers,
  report: WebSocketErrorReport,
): Promise<void> {
  ws.listen(handlers, report);
  await ws.closed;
}
