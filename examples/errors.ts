// Errors: thrown as answers, translated from other libraries' errors, and shown as each client likes it.
import { Conflict, HttpError, ServiceUnavailable, Spindash } from "spindash";

/** As a database driver would throw it. */
class ConnectionLost extends Error {}

class OutOfStock extends Conflict {
  constructor(item: number) {
    super(`There is no item ${item} left`, {
      code: "OUT_OF_STOCK",
      context: { item, left: 0 },
      extra: { warehouse: "north" },
    });
  }
}

const app = new Spindash("shop");

app.post("/orders/<item:int>", (_req, { item }) => {
  throw new OutOfStock(item);
});

app.get("/stock", () => {
  throw new Error("The stock cannot be counted", { cause: new ConnectionLost("ECONNRESET") });
});

app.get("/teapot", { errorFormat: "text" }, () => {
  throw new HttpError(418, "No coffee here");
});

// Reached by the cause of what /stock throws.
app.onError(ConnectionLost, (req, error) => {
  app.log.warn({ err: error, requestId: req.id }, "The database is away");
  throw new ServiceUnavailable("Try again soon", { headers: { "retry-after": "30" }, quiet: true });
});

await app.run({ port: Number(process.env.PORT ?? 8000) });
