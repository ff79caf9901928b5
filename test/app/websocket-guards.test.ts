import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, type Request, Spindash, Unauthorized } from "spindash";
import { type TestWebSocketInit, testClient, WebSocketRefused } from "spindash/testing";

/** Lets in who has the cookie of a session, and notes who it is. */
function requireSession(req: Request): void {
  const session = req.cookies.get("session");
  if (session === undefined) throw new Unauthorized("Log in first");
  req.ctx.user = session;
}

/** Where a guard may stand; each app counts how often its handler ran. */
const places: Record<string, (app: Spindash, greet: () => void) => void> = {
  "request middleware of the app"(app, greet) {
    app.onRequest(requireSession);
    socket(app, greet);
  },
  "asynchronous request middleware"(app, greet) {
    app.onRequest(async (req) => {
      await new Promise((resolve) => setImmediate(resolve));
      requireSession(req);
    });
    socket(app, greet);
  },
  "middleware around"(app, greet) {
    app.use((req, next) => {
      requireSession(req);
      return next();
    });
    socket(app, greet);
  },
  "middleware of the blueprint"(app, greet) {
    const members = new Blueprint("members", { prefix: "/" });
    members.onRequest(requireSession);
    socket(members, greet);
    app.blueprint(members);
  },
};

function socket(to: Pick<Spindash, "websocket">, greet: () => void): void {
  to.websocket("/feed", async (req, ws) => {
    greet();
    await ws.send(`Hello ${String(req.ctx.user)}`);
    for await (const _message of ws);
  });
}

for (const [place, install] of Object.entries(places)) {
  describe(`a guard in ${place}`, () => {
    const refused: readonly (readonly [title: string, init: TestWebSocketInit, status: number])[] = [
      ["without a session", {}, 401],
      [
        "with a session from another site",
        { cookies: { session: "tails" }, origin: "https://evil.example" },
        403,
      ],
    ];
    for (const [title, init, status] of refused) {
      test(`answers ${status} and opens no websocket ${title}`, async () => {
        let greeted = 0;
        const app = new Spindash("guarded");
        install(app, () => greeted++);
        await using client = await testClient(app);
        await assert.rejects(
          client.websocket("/feed", init),
          (error: unknown) => error instanceof WebSocketRefused && error.status === status,
        );
        assert.equal(greeted, 0);
      });
    }

    test("lets in who has one, and hands on what it found", async () => {
      const app = new Spindash("guarded");
      install(app, () => undefined);
      await using client = await testClient(app);
      await using ws = await client.websocket("/feed", { cookies: { session: "tails" } });
      assert.equal(await ws.receive(), "Hello tails");
    });
  });
}
