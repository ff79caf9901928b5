// Chat rooms over websockets: whoever opens /chat/<room>/<name> hears everybody else in the room.
import { Spindash, type WebSocket } from "spindash";

const rooms = new Map<string, Set<WebSocket>>();
const app = new Spindash("chat");

app.websocket("/chat/<room>/<name>", { messageLimit: "4kb" }, async (_req, ws, { room, name }) => {
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members.add(ws));
  tell(members, ws, `${name} is here`);
  try {
    for await (const message of ws) tell(members, ws, `${name}: ${message}`);
  } finally {
    members.delete(ws);
    if (members.size === 0) rooms.delete(room);
    tell(members, ws, `${name} has left`);
  }
});

app.get("/", () => [...rooms].map(([room, members]) => ({ room, members: members.size })));

await app.run({ port: Number(process.env.PORT ?? 8000) });

/** Members who are too slow miss the line; nobody waits for them. */
function tell(members: ReadonlySet<WebSocket>, sender: WebSocket, line: string): void {
  for (const member of members) if (member !== sender) member.trySend(line);
}
