import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, type Request, SetupError, Spindash, Unauthorized, View } from "spindash";
import { testClient } from "spindash/testing";

class ItemView extends View<"/items/<id:int>"> {
  calls = 0;
  get(_req: Request, { id }: this["args"]) {
    return { id, calls: ++this.calls };
  }
  async delete(_req: Request, { id }: this["args"]) {
    return { deleted: id };
  }
}

describe("views", () => {
  test("each method answers the request method of its name, with the typed parameters", async () => {
    const app = new Spindash("views");
    app.add(ItemView, "/items/<id:int>");
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/items/7")).json(), { id: 7, calls: 1 });
    assert.deepEqual(await (await client.delete("/items/7")).json(), { deleted: 7 });
    assert.equal((await client.get("/items/x")).status, 404);
  });

  test("a method that is missing is 405 with the others in Allow; HEAD is answered by get", async () => {
    const app = new Spindash("views");
    app.add(ItemView, "/items/<id:int>");
    await using client = await testClient(app);
    const refused = await client.post("/items/7");
    assert.equal(refused.status, 405);
    assert.equal(refused.headers.get("allow"), "DELETE, GET, HEAD, OPTIONS");
    const head = await client.head("/items/7");
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
  });

  test("each request has an instance of its own, and an instance that is registered is shared", async () => {
    const app = new Spindash("views");
    app.add(ItemView, "/items/<id:int>");
    app.add(new ItemView(), "/shared/<id:int>");
    await using client = await testClient(app);
    for (const calls of [1, 1])
      assert.deepEqual(await (await client.get("/items/7")).json(), { id: 7, calls });
    for (const calls of [1, 2])
      assert.deepEqual(await (await client.get("/shared/7")).json(), { id: 7, calls });
  });

  test("methods are inherited, and a class may have its own head and options", async () => {
    class Base extends View {
      get() {
        return "base";
      }
      head(req: Request) {
        return `head ${req.method}`;
      }
    }
    class Derived extends Base {
      options() {
        return "options";
      }
    }
    const app = new Spindash("views");
    app.add(Derived, "/");
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "base");
    assert.equal((await client.head("/")).headers.get("content-length"), "9");
    assert.equal(await (await client.request("OPTIONS", "/")).text(), "options");
  });

  test("the class gives the route its name and its options, and registration wins", async () => {
    class Guarded extends View {
      static readonly options = {
        version: 1,
        onRequest: [
          () => {
            throw new Unauthorized();
          },
        ],
      };
      get() {
        return "secret";
      }
    }
    const app = new Spindash("views");
    const parts = new Blueprint("parts", { prefix: "/parts" });
    parts.add(Guarded, "/");
    app.blueprint(parts);
    app.add(Guarded, "/other", { name: "other", version: 2 });
    assert.equal(app.urlFor("parts.Guarded"), "/v1/parts");
    assert.equal(app.urlFor("other"), "/v2/other");
    await using client = await testClient(app);
    assert.equal((await client.get("/v1/parts")).status, 401);
    assert.equal((await client.get("/v2/other")).status, 401);
  });

  test("an object is a view, too, and its functions are called as methods", async () => {
    const app = new Spindash("views");
    const names = new Map([[7, "ring"]]);
    app.add(
      {
        get: (_req, { id }) => names.get(id) ?? "nothing",
        post(req, { id }) {
          return `${req.method} ${id} ${typeof (this as { get?: unknown }).get}`;
        },
      },
      "/items/<id:int>",
    );
    await using client = await testClient(app);
    assert.equal(await (await client.get("/items/7")).text(), "ring");
    assert.equal(await (await client.post("/items/8")).text(), "POST 8 function");
  });

  const MISTAKES: [title: string, view: unknown][] = [
    ["a class without methods", class Nothing {}],
    ["an object without methods", { fetch() {} }],
    [
      "a class whose handlers are fields",
      class Fields {
        get = () => "";
      },
    ],
    ["a function that is no class", () => ""],
    ["nothing", undefined],
  ];
  for (const [title, view] of MISTAKES) {
    test(`${title} is refused when it is registered`, () => {
      assert.throws(
        () => new Spindash("views").add(view as typeof ItemView, "/items/<id:int>"),
        (error) =>
          error instanceof SetupError &&
          /The view at \/items\/<id:int> answers no method/.test(error.message),
      );
    });
  }
});
