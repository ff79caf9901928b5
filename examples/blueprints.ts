// An API of two blueprints in a group: one guard for all of it, a version in front, errors as problem+json.
import { Blueprint, HttpError, NotFound, problem, Spindash, Unauthorized } from "spindash";

const names = new Map([
  [1, "Tails"],
  [2, "Amy"],
]);

const users = new Blueprint("users", { prefix: "/users" });
users.get("/", { name: "list" }, () => Object.fromEntries(names));
users.get("/<id:int>", { name: "show" }, (_req, { id }) => {
  const name = names.get(id);
  if (name === undefined) throw new NotFound(`Nobody has the number ${id}`);
  return { id, name };
});

const rings = new Blueprint("rings", { prefix: "/users/<id:int>/rings" });
rings.get("/<ring:int>", (_req, { id, ring }) => ({ owner: names.get(id) ?? "nobody", ring }));

const api = Blueprint.group([users, rings], { prefix: "/api", version: 1 });
api.onRequest((req) => {
  if (req.headers.get("x-key") !== "open sesame") throw new Unauthorized("The key is missing or wrong");
});
api.onError(HttpError, (_req, error) => problem(error.status, error.message));

const app = new Spindash("club");
app.blueprint(api);
app.get("/", () => ({ users: app.urlFor("users.list"), tails: app.urlFor("users.show", { id: 1 }) }));
await app.run({ port: Number(process.env.PORT ?? 8000) });
