// Compiled, never run: what extensions add to handlers' arguments.
import { Blueprint, type Extension, type Provider, provide, Spindash } from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

declare function sessions(options: { secret: string }): Extension<{ session: Map<string, string> }>;
declare const plain: Extension;

const app = new Spindash("types", { ctx: { hits: 0 } });
const extended = app
  .extend(sessions({ secret: "s" }))
  .extend(plain)
  .extend({
    name: "in place",
    inject: { now: provide(() => new Date()) },
    setup(inner) {
      same<typeof inner, Spindash>(true);
      inner.get("/<id:int>", (_req, { id }) => id.toFixed());
    },
  });

extended.get("/<id:int>", (_req, args) => {
  same<typeof args.id, number>(true);
  same<typeof args.session, Map<string, string>>(true);
  same<typeof args.now, Date>(true);
  return args;
});
extended.websocket("/ws", (_req, _ws, { session }) => session.get("user"));
same<(typeof extended)["ctx"], { hits: number }>(true);

// A blueprint has it by the same provider.
declare const session: Provider<Map<string, string>>;
const users = new Blueprint("users").inject({ session });
users.get("/", (_req, { session }) => [...session.keys()]);
extended.blueprint(users);

// @ts-expect-error the app as it was has no sessions
app.get("/", (_req, { session }) => session);
// @ts-expect-error an extension has a name
app.extend({ setup() {} });
// @ts-expect-error what is injected is made by providers
app.extend({ name: "x", inject: { now: () => new Date() } });
