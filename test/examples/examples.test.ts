import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { projectFolder } from "../../scripts/setup.mjs";
import { type Program, startProgram } from "../program.ts";
import { openWebSocket } from "./websocket-client.ts";

const LINES = 60;
const files = readdirSync(join(projectFolder, "examples")).filter((name) => name.endsWith(".ts"));
const tried = new Set<string>();

describe("the examples", () => {
  const programs: Program[] = [];
  after(async () => {
    const codes = await Promise.all(programs.map((program) => program.stop()));
    assert.deepEqual(
      codes,
      codes.map(() => 0),
      "all end well on Ctrl-C",
    );
    assert.deepEqual([...tried].sort(), files.sort(), "every example is tried");
  });

  async function start(name: string): Promise<string> {
    tried.add(name);
    const program = await startProgram(`examples/${name}`);
    programs.push(program);
    return program.url;
  }

  it("the tour lists each of them", () => {
    const tour = readFileSync(join(projectFolder, "examples/README.md"), "utf8");
    for (const name of files)
      assert.ok(tour.includes(`[${name}](${name})`), `${name} is missing in examples/README.md`);
  });

  it("hello answers in six lines", async () => {
    assert.ok(linesOf("hello.ts").length <= 6);
    const response = await fetch(await start("hello.ts"));
    assert.equal(await response.text(), "Hello, world!");
  });

  it("notes keeps, changes and forgets notes, and explains its refusals", async () => {
    const url = await start("notes.ts");
    const send = (method: string, path: string, body?: unknown) =>
      fetch(url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const created = await send("POST", "/notes", { text: "Run" });
    assert.equal(created.status, 201);
    assert.equal(created.headers.get("location"), "/notes/1");
    await send("PUT", "/notes/1", { text: "Run faster" });
    assert.deepEqual(await (await send("GET", "/notes")).json(), [{ id: 1, text: "Run faster" }]);
    assert.equal((await send("DELETE", "/notes/1")).status, 204);
    const missing = await send("GET", "/notes/1");
    assert.equal(missing.headers.get("content-type"), "application/problem+json");
    assert.equal(missing.status, 404);
    assert.equal((await send("POST", "/notes", {})).status, 422);
  });

  it("routing finds routes by type and version, links them and lists them", async () => {
    const url = await start("routing.ts");
    const body = async (path: string) => (await fetch(url + path)).text();
    assert.equal(await body("/de/hello"), "Hallo, world!");
    assert.equal(await body("/en/hello/Amy"), "Hello, Amy!");
    assert.equal((await fetch(`${url}/fr/hello`)).status, 404);
    assert.deepEqual(JSON.parse(await body("/v1/items")), {
      first: "/v1/items/1",
      page: `${url}/v1/items/1?page=2`,
    });
    assert.deepEqual(JSON.parse(await body("/pictures/cat.png")), { name: "cat", ext: "png" });
    assert.deepEqual(JSON.parse(await body("/releases/2026")), { year: "2026" });
    assert.match(await body("/"), /\/v1\/items\/<id:int> +items\.show/);
  });

  it("early-hints sends hints ahead of its page and a checksum behind its numbers", async () => {
    const url = await start("early-hints.ts");
    const ask = async (
      path: string,
    ): Promise<{ hints: unknown[]; body: string; trailers: NodeJS.Dict<string> }> => {
      const hints: unknown[] = [];
      const outgoing = request(url + path, { headers: { te: "trailers", connection: "te" } });
      outgoing.on("information", ({ statusCode, headers }) => hints.push(statusCode, headers.link)).end();
      const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
      let body = "";
      for await (const chunk of incoming) body += String(chunk);
      return { hints, body, trailers: incoming.trailers };
    };
    const page = await ask("/");
    assert.deepEqual(page.hints, [103, "</style.css>; rel=preload; as=style"]);
    assert.match(page.body, /<h1>Fast/);
    const { body, trailers } = await ask("/numbers");
    assert.equal(
      trailers["content-digest"],
      `sha-256=:${createHash("sha256").update(body).digest("base64")}:`,
    );
    assert.match(await (await fetch(`${url}/style.css`)).text(), /gold/);
  });

  it("validation gives handlers typed input and tells clients all that is wrong", async () => {
    const url = await start("validation.ts");
    const book = (body: unknown) =>
      fetch(`${url}/bookings`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const booked = await book({ name: "Amy", seats: 2, on: "2030-01-05" });
    assert.equal(booked.status, 201);
    assert.deepEqual(await booked.json(), { weekday: 6 });
    await book({ name: "Big", seats: 8, on: "2030-01-06" });
    const refused = await book({ name: "", seats: 9, on: "tomorrow" });
    assert.equal(refused.status, 422);
    const { issues } = (await refused.json()) as { issues: { location: string; path: string[] }[] };
    assert.deepEqual(
      issues.map(({ location, path }) => `${location}.${path.join(".")}`),
      ["body.name", "body.seats", "body.on"],
    );
    const found = (await (await fetch(`${url}/bookings?seats=3`)).json()) as { name: string }[];
    assert.deepEqual(
      found.map(({ name }) => name),
      ["Big"],
    );
    assert.equal((await fetch(`${url}/bookings?sort=colour`)).status, 422);
  });

  it("inject commits what a request took when it has been answered", async () => {
    const url = await start("inject.ts");
    const order = (count: number) =>
      fetch(`${url}/orders`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "ring", count }),
      });
    assert.deepEqual(await (await order(2)).json(), { left: 1 });
    assert.equal((await order(2)).status, 409);
    assert.deepEqual(await (await fetch(`${url}/log`)).json(), ["committed 1", "committed 0"]);
  });

  it("extension gives handlers the owner of a key, and counts its uses", async () => {
    const url = await start("extension.ts");
    const headers = { "x-api-key": "s3cret-of-amy" };
    assert.deepEqual(await (await fetch(`${url}/rings`, { headers })).json(), { owner: "Amy", rings: 3 });
    assert.equal((await fetch(`${url}/rings`)).status, 403);
    assert.deepEqual(await (await fetch(`${url}/key-uses`)).json(), { Amy: 1 });
  });

  it("moves answers what its schema takes with the state, and the rest with what is wrong", async () => {
    const ws = await openWebSocket(await start("moves.ts"), "/moves");
    await ws.json({ player: "Tails", x: 1, y: 2 });
    assert.equal(await ws.receive(), '{"players":{"Tails":{"x":1,"y":2}}}');
    await ws.json({ player: "Tails", x: -1, y: 2 });
    const { issues } = JSON.parse(String(await ws.receive())) as { issues: unknown[] };
    assert.equal(issues.length, 1);
    await ws.close();
  });

  it("clock sends the time as events until the client leaves", async () => {
    const url = await start("clock.ts");
    assert.match(await (await fetch(url)).text(), /EventSource/);
    const leaving = new AbortController();
    const response = await fetch(`${url}/ticks`, { signal: leaving.signal });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    let text = "";
    for await (const piece of response.body ?? []) {
      text += new TextDecoder().decode(piece);
      if (text.includes("data:")) break;
    }
    assert.match(text, /^:\n\ndata: \d{4}-\d\d-\d\dT.*Z\n\n$/);
    leaving.abort();
  });

  it("checksum reads an upload larger than the usual limit piece by piece", async () => {
    const url = await start("checksum.ts");
    const body = Buffer.alloc(3_000_000, "spindash");
    const response = await fetch(`${url}/checksum`, { method: "PUT", body });
    const sha256 = createHash("sha256").update(body).digest("hex");
    assert.deepEqual(await response.json(), { bytes: body.length, sha256 });
  });

  it("cookies counts visits by cookies that cannot be forged, and forgets them", async () => {
    const url = await start("cookies.ts");
    const visit = async (cookie: string) => {
      const response = await fetch(url, { headers: { cookie } });
      const sent = response.headers.getSetCookie().map((field) => field.split(";", 1)[0]);
      return {
        body: (await response.json()) as { visits: number; note: string | null },
        cookie: sent.join("; "),
      };
    };
    const first = await visit("visits=41; note=forged");
    assert.deepEqual(first.body, { visits: 1, note: null });
    const second = await visit(first.cookie);
    assert.equal(second.body.visits, 2);
    assert.match(second.body.note ?? "", /^last here \d{4}-/);
    const forgotten = await fetch(`${url}/forget`, { method: "POST", redirect: "manual" });
    assert.match(forgotten.headers.getSetCookie()[0] ?? "", /^visits=; Path=\/; Max-Age=0/);
  });

  it("static serves a folder, shows what is in it, and sends parts of files", async () => {
    const url = await start("static.ts");
    assert.match(await (await fetch(`${url}/examples/`)).text(), /static\.ts/);
    const part = await fetch(`${url}/examples/static.ts`, { headers: { range: "bytes=0-1" } });
    assert.equal(part.status, 206);
    assert.equal(await part.text(), "//");
    assert.equal((await fetch(`${url}/.git/config`)).status, 404);
  });

  it("files gives back under its own name what was uploaded", async () => {
    const url = await start("files.ts");
    assert.match(await (await fetch(url)).text(), /<form/);
    const form = new FormData();
    form.set("file", new Blob(["content"]), "Résumé.txt");
    const uploaded = await fetch(`${url}/files`, { method: "POST", body: form });
    assert.equal(uploaded.status, 201);
    const path = uploaded.headers.get("location") ?? "";
    const response = await fetch(url + path, { headers: { range: "bytes=3-" } });
    assert.equal(response.status, 206);
    assert.match(
      response.headers.get("content-disposition") ?? "",
      /filename\*=UTF-8''R%C3%A9sum%C3%A9\.txt/,
    );
    assert.equal(await response.text(), "tent");
    assert.equal((await fetch(`${url}/files/..%2F..%2Fetc%2Fpasswd`)).status, 404);
  });

  it("guarded asks for a key where one is needed, however the path is spelt", async () => {
    const url = await start("guarded.ts");
    const open = await fetch(url);
    assert.equal(open.status, 200);
    assert.ok(open.headers.has("server-timing") && open.headers.has("x-request-id"));
    for (const path of ["/admin/users", "/%61dmin/users"]) {
      const refused = await fetch(url + path);
      assert.equal(refused.status, 401);
      assert.equal(refused.headers.get("www-authenticate"), "Bearer");
    }
    const allowed = await fetch(`${url}/admin/users`, { headers: { authorization: "Bearer change me" } });
    assert.equal(await allowed.text(), "Only for you: users");
  });

  it("signals tells of a payment those who wait and those who listen", async () => {
    const url = await start("signals.ts");
    const waiting = fetch(`${url}/orders/1/payment`);
    assert.equal((await fetch(`${url}/orders/2/pay/Tails`, { method: "POST" })).status, 404);
    await fetch(`${url}/orders/1/pay/Tails`, { method: "POST" });
    const told = (await (await waiting).json()) as { state: string };
    assert.equal(told.state, "paid");
    const { mails, answers } = (await (await fetch(url)).json()) as { mails: string[]; answers: number };
    assert.deepEqual(mails, ["Order 1: thank you, Tails"]);
    assert.equal(answers, 3);
  });

  it("tasks works off its queue, lists its tasks and ends them", async () => {
    const url = await start("tasks.ts");
    await fetch(`${url}/jobs/run`, { method: "POST" });
    let done: unknown = [];
    while ((done as []).length === 0) done = await (await fetch(`${url}/jobs`)).json();
    assert.deepEqual(done, ["RUN"]);
    assert.equal((await fetch(`${url}/tasks/queue`, { method: "DELETE" })).status, 200);
    assert.equal((await fetch(`${url}/tasks/queue`, { method: "DELETE" })).status, 404);
    assert.deepEqual(await (await fetch(`${url}/tasks`)).json(), [{ name: "cleanup", state: "running" }]);
  });

  it("blueprints guards a whole group, and explains what is not there", async () => {
    const url = await start("blueprints.ts");
    const { tails } = (await (await fetch(url)).json()) as { tails: string };
    assert.equal((await fetch(url + tails)).status, 401);
    const headers = { "x-key": "open sesame" };
    assert.deepEqual(await (await fetch(url + tails, { headers })).json(), { id: 1, name: "Tails" });
    const ring = await fetch(`${url}/v1/api/users/2/rings/5`, { headers });
    assert.deepEqual(await ring.json(), { owner: "Amy", ring: 5 });
    const missing = await fetch(`${url}/v1/api/nothing`, { headers });
    assert.equal(missing.headers.get("content-type"), "application/problem+json");
    assert.equal(missing.status, 404);
  });

  it("errors shows the same error to people, programs and terminals", async () => {
    const url = await start("errors.ts");
    const order = (accept: string) => fetch(`${url}/orders/7`, { method: "POST", headers: { accept } });
    assert.match(await (await order("text/html")).text(), /<h1>Conflict<\/h1>/);
    const problem = (await (await order("application/problem+json")).json()) as Record<string, unknown>;
    assert.equal(problem.code, "OUT_OF_STOCK");
    assert.deepEqual(problem.context, { item: 7, left: 0 });
    const down = await fetch(`${url}/stock`);
    assert.equal(down.status, 503);
    assert.equal(down.headers.get("retry-after"), "30");
    assert.equal(await (await fetch(`${url}/teapot`)).text(), "418 I'm a teapot\n\nNo coffee here\n");
  });

  it("configuration reads its own settings beside those of Spindash", async () => {
    const url = await start("configuration.ts");
    assert.deepEqual(await (await fetch(url)).json(), {
      greeting: "Hello",
      pageSize: 20,
      cacheFor: 300,
      shop: "http://localhost",
      bodyLimit: 65_536,
    });
  });

  it("views keeps notes by the methods of a class and an object", async () => {
    const url = await start("views.ts");
    const note = { id: 1, text: "Run" };
    const put = await fetch(`${url}/notes/1`, { method: "PUT", body: "Run" });
    assert.deepEqual(await put.json(), note);
    assert.deepEqual(await (await fetch(`${url}/notes`)).json(), ["/notes/1"]);
    assert.equal((await fetch(`${url}/notes/1`, { method: "POST" })).status, 405);
    assert.deepEqual(await (await fetch(`${url}/notes/1`, { method: "DELETE" })).json(), note);
    assert.equal((await fetch(`${url}/notes/1`)).status, 404);
  });

  it("mount answers by another app, a web handler and a node listener", async () => {
    const url = await start("mount.ts");
    const headers = { "x-user": "Tails" };
    assert.equal((await fetch(`${url}/stats/visits`)).status, 401);
    const stats = await fetch(`${url}/stats/visits`, { headers });
    assert.deepEqual(await stats.json(), { visits: 2, seenBy: "Tails" });
    assert.deepEqual(await (await fetch(`${url}/web/a/b`)).json(), { path: "/a/b" });
    assert.equal(await (await fetch(`${url}/old/page?id=7`)).text(), "Once this was /page?id=7");
  });

  for (const name of files) {
    it(`${name} is short and begins with a sentence`, () => {
      const lines = linesOf(name);
      assert.ok(lines.length <= LINES, `${lines.length} lines`);
      if (name !== "hello.ts") assert.match(lines[0] ?? "", /^\/\/ [A-Z].*\S$/);
    });
  }
});

function linesOf(name: string): string[] {
  return readFileSync(join(projectFolder, "examples", name), "utf8")
    .trimEnd()
    .split("\n");
}
