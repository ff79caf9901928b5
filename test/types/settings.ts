// Compiled, never run: a line that stops compiling, or an expected error that goes away, fails the type check.
import { HttpError, NotFound, Spindash, Unauthorized } from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

// Settings of the app's own have the types of their definitions.
const app = new Spindash("types", {
  ctx: { hits: 0 },
  configSources: [".env", new URL("file:///shop.toml"), { bodyLimit: "1mb" }],
  envPrefix: "SHOP_",
  settings: {
    pageSize: 20,
    isOpen: false,
    greeting: "Hello",
    languages: ["en"],
    database: (text) => new URL(text ?? ""),
    cacheFor: (text = "5m") => text.length,
  },
});
same<typeof app.settings.pageSize, number>(true);
same<typeof app.settings.isOpen, boolean>(true);
same<typeof app.settings.greeting, string>(true);
same<typeof app.settings.languages, readonly string[]>(true);
same<typeof app.settings.database, URL>(true);
same<typeof app.settings.cacheFor, number>(true);
same<typeof app.ctx, { hits: number }>(true);
app.beforeServerStart((started) => {
  same<typeof started.settings.database, URL>(true);
});
// @ts-expect-error there is no setting of that name
app.settings.pageSise;
// @ts-expect-error settings cannot be changed
app.settings.pageSize = 5;
// @ts-expect-error an app without settings has none
new Spindash("none").settings.pageSize;
// @ts-expect-error a definition is a value or a function
new Spindash("wrong", { settings: { pageSize: null } });
// @ts-expect-error there is no format of that name
new Spindash("wrong", { config: { errorFormat: "xml" } });

// Errors take what they may carry.
new NotFound("x", {
  code: "A",
  context: { a: 1 },
  extra: {},
  problem: { type: "x" },
  expose: false,
  quiet: true,
});
new HttpError(418, "x", { headers: { a: "b" }, cause: "c" });
new Unauthorized("x", { challenge: { scheme: "Bearer", realm: "shop" } });
// @ts-expect-error a challenge has a scheme
new Unauthorized("x", { challenge: { realm: "shop" } });
// @ts-expect-error there is no option of that name
new NotFound("x", { details: 5 });
app.get("/", { errorFormat: "problem" }, () => "");
// @ts-expect-error there is no format of that name
app.get("/", { errorFormat: "xml" }, () => "");
