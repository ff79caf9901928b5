// A websocket with typed messages: a schema says what players may send, long states are compressed, hints go to mistakes.
import { Spindash } from "spindash";
import { z } from "zod";

const Move = z.object({
  player: z.string().min(1).max(20),
  x: z.number().int().min(0).max(99),
  y: z.number().int().min(0).max(99),
});

const positions = new Map<string, { x: number; y: number }>();
const app = new Spindash("moves");

app.websocket(
  "/moves",
  {
    message: Move,
    compression: { threshold: "2kb" },
    onInvalid: (ws, { issues }) => ws.json({ issues: issues.map(({ message }) => message) }),
  },
  async (_req, ws) => {
    for await (const { player, x, y } of ws) {
      positions.set(player, { x, y });
      await ws.json({ players: Object.fromEntries(positions) });
    }
  },
);

await app.run({ port: Number(process.env.PORT ?? 8000) });
