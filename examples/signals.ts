// Signals: an order tells that it was paid; a mail, a count and a waiting client hear of it without knowing the order.
import { NotFound, Spindash } from "spindash";

const app = new Spindash("orders", { ctx: { mails: [] as string[], answers: 0 } });
const orders = new Map([[1, "open"]]);

app.on("order.paid.<id:int>", ({ id, by }) => {
  app.ctx.mails.push(`Order ${id}: thank you, ${by}`);
});

app.on("http.lifecycle.response", () => {
  app.ctx.answers++;
});

app.post("/orders/<id:int>/pay/:by", async (_req, { id, by }) => {
  if (!orders.has(id)) throw new NotFound(`There is no order ${id}`);
  orders.set(id, "paid");
  await app.dispatch(`order.paid.${id}`, { by });
  return { id, state: "paid" };
});

app.get("/orders/<id:int>/payment", async (req, { id }) => {
  if (orders.get(id) === "paid") return { id, state: "paid" };
  const { by } = await app.event(`order.paid.${id}`, { timeout: "30s", signal: req.signal });
  return { id, state: "paid", by };
});

app.get("/", () => app.ctx);

await app.run({ port: Number(process.env.PORT ?? 8000) });
