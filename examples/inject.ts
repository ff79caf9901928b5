// Dependencies: a store that lives as long as the app, a transaction that lives as long as its request.
import { Conflict, json, provide, Spindash } from "spindash";
import { z } from "zod";

class Store {
  readonly stock = new Map([["ring", 3]]);
  log: string[] = [];
}

class Transaction {
  private readonly store: Store;
  private readonly taken: [name: string, count: number][] = [];

  constructor(store: Store) {
    this.store = store;
  }

  take(name: string, count: number): number {
    const left = (this.store.stock.get(name) ?? 0) - count;
    if (left < 0) throw new Conflict(`There are not ${count} of ${name}`);
    this.taken.push([name, left]);
    return left;
  }

  // Runs when the request has been answered.
  [Symbol.dispose](): void {
    for (const [name, left] of this.taken) this.store.stock.set(name, left);
    this.store.log.push(`committed ${this.taken.length}`);
  }
}

const store = provide(() => new Store(), { scope: "app" });
const transaction = provide((_req, { store }) => new Transaction(store), { inject: { store } });

const app = new Spindash("shop");
const Order = z.object({ name: z.string(), count: z.number().int().positive() });

app.post("/orders", { inject: { transaction }, body: Order }, (_req, { transaction, body }) =>
  json({ left: transaction.take(body.name, body.count) }, { status: 201 }),
);
app.get("/log", { inject: { store } }, (_req, { store }) => store.log);

await app.run({ port: Number(process.env.PORT ?? 8000) });
