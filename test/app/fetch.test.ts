import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { Spindash } from "../../src/app/spindash.ts";
import { json, stream, text } from "../../src/http/responses.ts";

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** The same table for every server that is not ours. */
const servers: [name: string, open: () => Promise<{ ask: Ask; close: () => Promise<void> }>][] = [
  ["app.fetch", async () => ({ ask: askFetch(createApp()), close: async () => {} })],
  ["app.toNodeListener()", openNodeServer],
];

for (const [name, open] of servers) {
  describe(`under ${name}`, () => {
    let ask: Ask;
    let close: () => Promise<void>;
    before(async () => {
      ({ ask, close } = await open());
    });
    after(() => close());

    it("runs the start listeners once, before the first request", async () => {
      const [first, second] = await Promise.all([ask("/starts"), ask("/starts")]);
      assert.equal(await first.text(), "1");
      assert.equal(await second.text(), "1");
    });

    it("gives the handler method, path, parameters, query, headers, cookies and URL", async () => {
      const answer = await ask("/about/7?q=a%20b&q=c", {
        method: "PUT",
        headers: { "X-One": "1", cookie: "a=b" },
      });
      const about = (await answer.json()) as Record<string, unknown>;
      assert.match(String(about.url), /^http:\/\/[^/]+\/about\/7\?q=a%20b&q=c$/);
      assert.deepEqual(
        { ...about, url: "" },
        { method: "PUT", path: "/about/7", id: 7, q: ["a b", "c"], one: "1", cookie: "b", url: "" },
      );
    });

    it("reads bodies whole and piece by piece", async () => {
      const body = "x".repeat(100_000);
      assert.equal(await (await ask("/echo", { method: "POST", body })).text(), body);
      assert.equal(await (await ask("/count", { method: "POST", body })).text(), "100000");
    });

    it("answers a body past the limit with 413", async () => {
      assert.equal((await ask("/small", { method: "POST", body: "12345" })).status, 413);
    });

    it("sends status, headers and several cookies", async () => {
      const answer = await ask("/cookies");
      assert.equal(answer.status, 201);
      assert.equal(answer.headers.get("x-test"), "yes");
      assert.deepEqual(
        answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]),
        ["a=1", "b=2"],
      );
    });

    it("streams what a producer writes and passes its failure on", async () => {
      assert.equal(await (await ask("/stream")).text(), "one two ");
      await assert.rejects(async () => (await ask("/broken")).text());
    });

    it("answers errors, HEAD and bodiless statuses", async () => {
      assert.equal((await ask("/nowhere")).status, 404);
      assert.equal((await ask("/about/x")).status, 404);
      assert.equal((await ask("/echo")).status, 405);
      const head = await ask("/cookies", { method: "HEAD" });
      assert.deepEqual([head.status, await head.text()], [201, ""]);
      const empty = await ask("/empty");
      assert.deepEqual([empty.status, await empty.text()], [204, ""]);
    });

    it("streams a long body whose producer waits for several writes at once, with one listener at most", async () => {
      const warnings: Error[] = [];
      const note = (warning: Error): void => void warnings.push(warning);
      process.on("warning", note);
      const body = await (await ask("/long")).arrayBuffer();
      await new Promise(setImmediate);
      process.off("warning", note);
      assert.equal(body.byteLength, 200 * 2 * 50_000);
      assert.deepEqual(warnings, []);
    });

    it("sends the length a body has, not the one that was set", async () => {
      assert.equal(await (await ask("/lying")).text(), "four");
    });

    it("frees what a streamed answer to HEAD, or one without a body, holds open", async () => {
      await ask("/held", { method: "HEAD" });
      await ask("/held?status=204");
      assert.equal(await (await ask("/freed")).text(), "2");
    });

    it("takes early hints, and trailers of streams, and answers as it would without them", async () => {
      assert.equal(await (await ask("/hinted", { headers: { te: "trailers" } })).text(), "hinted");
    });

    it("says that websockets need the own server", async () => {
      // Clients of fetch cannot ask for an upgrade, so without one: 426.
      assert.equal((await ask("/socket")).status, 426);
    });
  });
}

describe("app.toNodeListener()", () => {
  it("sends early hints and trailers, and hands over those of the request", async () => {
    const server: Server = createServer(createApp().toNodeListener()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const hints: unknown[] = [];
    const outgoing = request({
      port,
      host: "127.0.0.1",
      path: "/trailed",
      method: "POST",
      headers: { te: "trailers", trailer: "x-sent" },
    });
    outgoing.on("information", (information) => hints.push(information.statusCode, information.headers.link));
    outgoing.write("body");
    outgoing.addTrailers([["x-sent", "abc"]]);
    outgoing.end();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    incoming.resume();
    await once(incoming, "end");
    server.close();
    assert.deepEqual(hints, [103, "</a>; rel=preload"]);
    assert.equal(incoming.trailers["x-back"], "abc");
  });
});

describe("app.fetch", () => {
  it("aborts the request's signal with the web request's, and the producer's when the reader leaves", async () => {
    const app = new Spindash("leaving");
    let reason: unknown;
    let ended = false;
    app.get("/wait", async (req) => {
      await once(req.signal, "abort");
      reason = req.signal.reason;
      return "late";
    });
    app.get("/endless", () =>
      stream(async (out) => {
        try {
          for (;;) await out.write("x".repeat(1000));
        } finally {
          ended = true;
        }
      }),
    );
    const leaving = new AbortController();
    const waiting = app.fetch(new Request("http://a.test/wait", { signal: leaving.signal }));
    setImmediate(() => leaving.abort(new Error("gone")));
    assert.equal(await (await waiting).text(), "late");
    assert.match(String(reason), /gone/);
    const reader = (await app.fetch(new Request("http://a.test/endless"))).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await new Promise(setImmediate);
    assert.equal(ended, true);
  });
});

function createApp(): Spindash {
  const app = new Spindash("foreign");
  let starts = 0;
  app.beforeServerStart(() => {
    starts++;
  });
  app.get("/starts", () => String(starts));
  app.put("/about/<id:int>", (req, { id }) => ({
    method: req.method,
    path: req.path,
    id,
    q: req.query.getAll("q"),
    one: req.headers.get("x-one") ?? null,
    cookie: req.cookies.get("a") ?? null,
    url: req.url,
  }));
  app.post("/echo", async (req) => text(await req.text()));
  app.post("/count", async (req) => {
    let size = 0;
    for await (const chunk of req.body) size += chunk.length;
    return String(size);
  });
  app.post("/small", { bodyLimit: 4 }, async (req) => text(await req.text()));
  app.get("/cookies", () => {
    const answer = json({}, { status: 201, headers: { "x-test": "yes" } });
    answer.cookies.set("a", "1");
    answer.cookies.set("b", "2");
    return answer;
  });
  app.get("/stream", () =>
    stream(async (out) => {
      await out.write("one ");
      await out.write(Buffer.from("two "));
    }),
  );
  app.get("/broken", () =>
    stream(async (out) => {
      await out.write("one ");
      throw new Error("broken");
    }),
  );
  app.get("/long", () =>
    stream(async (out) => {
      const piece = Buffer.alloc(50_000);
      for (let i = 0; i < 200; i++) await Promise.all([out.write(piece), out.write(piece)]);
    }),
  );
  app.get("/lying", () => text("four", { headers: { "content-length": "40" } }));
  let freed = 0;
  app.get("/held", (req) => {
    const source = new ReadableStream({ cancel: () => void freed++ });
    const status = Number(req.query.get("status") ?? 200);
    if (status === 200) return new Response(source);
    const held = stream(() => {}, { status });
    if (typeof held.body === "function") held.body.discard = () => void source.cancel();
    return held;
  });
  app.get("/freed", () => String(freed));
  app.get("/hinted", (req) => {
    req.earlyHints(['</a>; rel=preload; title="a b"']);
    return stream((out) => void out.write("hinted"), { trailers: () => ({ "x-late": "1" }) });
  });
  app.post("/trailed", async (req) => {
    req.earlyHints("</a>; rel=preload");
    await req.bytes();
    return stream((out) => void out.write("x"), {
      trailers: () => ({ "x-back": req.trailers.get("x-sent") ?? "" }),
    });
  });
  app.get("/empty", () => new Response(null, { status: 204 }));
  app.websocket("/socket", () => {});
  return app;
}

function askFetch(app: Spindash): Ask {
  return (path, init) => app.fetch(new Request(`http://app.test${path}`, init));
}

async function openNodeServer(): Promise<{ ask: Ask; close: () => Promise<void> }> {
  const server: Server = createServer(createApp().toNodeListener()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask: Ask = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { ask, close };
}
