// Compiled, never run: messages of websockets have the type their schema gives them.
import {
  type InvalidMessage,
  Spindash,
  type StandardSchema,
  type WebSocket,
  type WebSocketMessage,
} from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

declare const Move: StandardSchema<unknown, { x: number }>;
const app = new Spindash("types");

app.websocket("/plain", async (_req, ws) => {
  for await (const message of ws) same<typeof message, WebSocketMessage>(true);
  same<number, Awaited<ReturnType<typeof ws.ping>>>(true);
});
app.websocket("/options", { compression: true }, async (_req, ws) => {
  same<typeof ws, WebSocket>(true);
});
app.websocket("/moves/<id:int>", { message: Move }, async (_req, ws, args) => {
  same<typeof args, { id: number }>(true);
  for await (const message of ws) same<typeof message, { x: number }>(true);
  same<Awaited<ReturnType<typeof ws.receive>>, { x: number }>(true);
});
app.websocket(
  "/events",
  {
    message: Move,
    onInvalid: (ws, error) => {
      same<typeof error, InvalidMessage>(true);
      return ws.close(4000, error.message);
    },
  },
  {
    open: (ws) => same<typeof ws, WebSocket<{ x: number }>>(true),
    message: (_ws, data) => same<typeof data, { x: number }>(true),
  },
);

// @ts-expect-error: the messages are checked to be something else
app.websocket("/wrong", { message: Move }, { message: (_ws, data: string) => data });
// @ts-expect-error: there is no such window
app.websocket("/window", { compression: { windowBits: "15" } }, async () => {});
