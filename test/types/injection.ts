// Compiled, never run: what providers do to handlers' arguments, and what may depend on what.
import { z } from "zod";
import { Blueprint, type Provider, provide, type Request, Spindash, View } from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

class Database {
  readonly users: ReadonlyMap<string, { name: string }> = new Map();
  async close(): Promise<void> {}
}

// Values are typed by what makes them, promises by what they come to.
const database = provide(async () => new Database(), { scope: "app", dispose: (db) => db.close() });
same<typeof database, Provider<Database, "app">>(true);
const greeting = provide(
  (app, { database }) => {
    same<typeof app, Spindash>(true);
    same<typeof database, Database>(true);
    return app.name;
  },
  { scope: "app", inject: { database } },
);
const user = provide(
  (req, { database, greeting }) => {
    same<typeof req, Request>(true);
    same<typeof greeting, string>(true);
    return database.users.get(req.path) ?? null;
  },
  { inject: { database, greeting } },
);
same<typeof user, Provider<{ name: string } | null, "request">>(true);
const later: Provider<number> = provide((_req, { own }) => own.length, { inject: () => ({ own }) });
const own = provide(() => "own");

const app = new Spindash("types");
app.get("/<id:int>", { inject: { user, database, later } }, (_req, args) => {
  same<typeof args.id, number>(true);
  same<typeof args.user, { name: string } | null>(true);
  same<typeof args.database, Database>(true);
  same<typeof args.later, number>(true);
  return args;
});
app.post("/", { inject: { user }, body: z.string() }, (_req, { user, body }) => [user?.name, body]);
app.get("/in-place", { inject: { now: provide(() => new Date()) } }, (_req, { now }) => now.toISOString());
app.websocket("/ws/:room", { inject: { user }, query: z.object({ as: z.string() }) }, (_req, _ws, args) => {
  same<typeof args.user, { name: string } | null>(true);
  same<keyof typeof args, "room" | "user" | "query">(true);
});

// What is injected everywhere comes to every handler, also of websockets and of routes that inject more.
const more = app.inject({ database }).inject({ user });
more.get("/:x", (_req, { x, database, user }) => [x, database.users.size, user?.name]);
more.put("/", { inject: { own } }, (_req, args) => {
  same<keyof typeof args, "database" | "user" | "own">(true);
  return args.own;
});
more.websocket("/all", (_req, _ws, { database }) => database.users);
const users = new Blueprint("users", { prefix: "/<id:int>" }).inject({ user });
users.get("/", (_req, { id, user }) => [id.toFixed(), user?.name]);
app.blueprint(users);
more.blueprint(users);

// Views say what they want besides, and are held to it where they are registered.
class UserView extends View<"/<id:int>", { user: { name: string } | null }> {
  get(_req: Request, { id, user }: this["args"]): (string | undefined)[] {
    return [id.toFixed(), user?.name];
  }
}
app.add(UserView, "/<id:int>", { inject: { user } });
more.add(UserView, "/<id:int>");
app.add({ get: (_req, { user }) => user?.name ?? "" }, "/user", { inject: { user } });
// @ts-expect-error nobody injects what the view wants
app.add(UserView, "/<id:int>");

// For listeners and tests.
app.beforeServerStart(async (app) => {
  const value = await app.resolve(database);
  same<typeof value, Database>(true);
});
app.replace(
  database,
  provide(() => new Database(), { scope: "app" }),
);

// @ts-expect-error nothing of that name is injected
app.get("/", { inject: { user } }, (_req, { database }) => database);
// @ts-expect-error the app as it was injects nothing
app.get("/", (_req, { user }) => user);
// @ts-expect-error a function is no provider
app.get("/", { inject: { user: () => null } }, () => "");
// @ts-expect-error what lives as long as the app is not made of what lives for a request
provide((_app, { user }) => user, { scope: "app", inject: { user } });
// @ts-expect-error there is no such scope
provide(() => "", { scope: "session" });
// @ts-expect-error the value has no such method
provide(() => "", { dispose: (text) => text.close() });
// @ts-expect-error only values of the app are there without a request
app.resolve(user);
// @ts-expect-error a text cannot stand in for a database
app.replace(database, own);
