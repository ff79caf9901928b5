// An extension: middleware, a route and an argument for handlers, in one object that any app can be extended by.
import { type Extension, Forbidden, provide, Spindash } from "spindash";

interface KeyOptions {
  /** Keys that are accepted, with the names of their owners. */
  keys: Readonly<Record<string, string>>;
  /** Where the use of the keys is told. @default "/key-uses" */
  path?: string;
}

function apiKeys({ keys, path = "/key-uses" }: KeyOptions): Extension<{ owner: string }> {
  const owners = new Map(Object.entries(keys));
  const uses = new Map<string, number>();
  const ownerOf = (key: string | undefined) => owners.get(key ?? "");
  return {
    name: "api-keys",
    options: { path },
    inject: {
      owner: provide((req) => {
        const owner = ownerOf(req.headers.get("x-api-key"));
        if (owner === undefined) throw new Forbidden("Send a key that is known here in X-API-Key");
        return owner;
      }),
    },
    setup(app) {
      app.onResponse((req) => {
        const owner = ownerOf(req.headers.get("x-api-key"));
        if (owner !== undefined) uses.set(owner, (uses.get(owner) ?? 0) + 1);
      });
      app.get(path, () => Object.fromEntries(uses));
    },
  };
}

const app = new Spindash("rings").extend(apiKeys({ keys: { "s3cret-of-amy": "Amy" } }));

// Typed by the extension: handlers registered from here on have the owner of the key.
app.get("/rings", (_req, { owner }) => ({ owner, rings: owner.length }));

await app.run({ port: Number(process.env.PORT ?? 8000) });
