import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Spindash } from "../../src/app/spindash.ts";
import { NotFound } from "../../src/http/errors.ts";
import { type FileOptions, file } from "../../src/http/file.ts";
import { text } from "../../src/http/responses.ts";
import { type TestClient, testClient } from "../../src/testing/index.ts";
import { readRangeParts } from "./multipart-parts.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder(after);
const outside = temporaryFolder(after);
const SHORT = "0123456789";
const LONG = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const THEN = new Date("1994-11-06T08:49:37Z");

writeFileSync(join(folder, "short.txt"), SHORT);
writeFileSync(join(folder, "long.bin"), LONG);
writeFileSync(join(folder, "empty"), "");
writeFileSync(join(folder, ".secret"), "secret");
writeFileSync(join(outside, "secret.txt"), "secret");
mkdirSync(join(folder, "sub"));
symlinkSync(join(outside, "secret.txt"), join(folder, "leak.txt"));
symlinkSync(outside, join(folder, "leak"));
symlinkSync(join(folder, "short.txt"), join(folder, "sub", "alias.txt"));
symlinkSync("round", join(folder, "round"));
for (const name of ["short.txt", "long.bin"]) utimesSync(join(folder, name), THEN, THEN);

async function serve(path: string | URL, options?: FileOptions): Promise<TestClient> {
  const app = new Spindash("files");
  app.get("/", () => file(path, options));
  return testClient(app);
}

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

describe("file", () => {
  test("sends a file with its type, length and validators", async () => {
    await using client = await serve(join(folder, "short.txt"));
    const response = await client.get("/");
    assert.equal(response.status, 200);
    assert.equal(await response.text(), SHORT);
    assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(response.headers.get("content-length"), "10");
    assert.equal(response.headers.get("last-modified"), THEN.toUTCString());
    assert.equal(response.headers.get("cache-control"), "no-cache");
    assert.equal(response.headers.get("accept-ranges"), "bytes");
    assert.equal(response.headers.get("content-disposition"), undefined);
    const etag = response.headers.get("etag") ?? "";
    assert.match(etag, /^"[0-9a-z]+-[0-9a-z]+"$/);
    assert.equal((await client.get("/", { headers: { "if-none-match": etag } })).status, 304);
  });

  for (const [name, bytes] of [
    ["short.txt", Buffer.from(SHORT)],
    ["long.bin", LONG],
  ] as const) {
    test(`sends ${name} whole, in ranges and in parts`, async () => {
      await using client = await serve(pathToFileURL(join(folder, name)));
      assert.deepEqual(await (await client.get("/")).bytes(), bytes);
      const range = await client.get("/", { headers: { range: "bytes=3-7" } });
      assert.equal(range.status, 206);
      assert.equal(range.headers.get("content-range"), `bytes 3-7/${bytes.length}`);
      assert.deepEqual(await range.bytes(), bytes.subarray(3, 8));
      const parts = await client.get("/", { headers: { range: "bytes=0-0,-2" } });
      const read = readRangeParts(
        parts.headers.get("content-type") ?? "",
        (await parts.bytes()).toString("latin1"),
      );
      assert.deepEqual(
        read.map(({ body }) => Buffer.from(body, "latin1")),
        [bytes.subarray(0, 1), bytes.subarray(-2)],
      );
      const head = await client.head("/");
      assert.equal(head.headers.get("content-length"), String(bytes.length));
    });
  }

  test("goes by validators of the program where it gives some", async () => {
    await using client = await serve(join(folder, "short.txt"), {
      headers: { etag: '"mine"', "last-modified": "Sat, 29 Feb 2020 00:00:00 GMT" },
    });
    const ask = (headers: Record<string, string>) => client.get("/", { headers });
    assert.equal((await ask({})).headers.getAll("etag").join(), '"mine"');
    assert.equal((await ask({ "if-none-match": '"mine"' })).status, 304);
    assert.equal((await ask({ "if-modified-since": "Fri, 28 Feb 2020 00:00:00 GMT" })).status, 200);
    assert.equal((await ask({ "if-modified-since": "Sat, 29 Feb 2020 00:00:00 GMT" })).status, 304);
    assert.equal((await ask({ range: "bytes=0-0", "if-range": '"mine"' })).status, 206);
  });

  test("sends an empty file, whatever range is asked for", async () => {
    await using client = await serve(join(folder, "empty"));
    const response = await client.get("/", { headers: { range: "bytes=0-" } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-length"), "0");
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
  });

  test("says how to save and to keep it", async () => {
    await using client = await serve(join(folder, "short.txt"), {
      download: "Grüße.txt",
      maxAge: "1h",
      contentType: "text/x-own",
      headers: { "x-own": "1" },
    });
    const { headers } = await client.get("/");
    assert.equal(
      headers.get("content-disposition"),
      `attachment; filename="Gr__e.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt`,
    );
    assert.equal(headers.get("cache-control"), "public, max-age=3600");
    assert.equal(headers.get("content-type"), "text/x-own");
    assert.equal(headers.get("x-own"), "1");
    await using plain = await serve(join(folder, "short.txt"), {
      download: true,
      headers: { "cache-control": "private" },
    });
    const second = await plain.get("/");
    assert.equal(second.headers.get("content-disposition"), 'attachment; filename="short.txt"');
    assert.equal(second.headers.get("cache-control"), "private");
  });

  for (const name of ["missing", "short.txt/x", "sub", "round", "x".repeat(300), "nul\0byte"]) {
    test(`answers 404 for ${JSON.stringify(name.slice(0, 20))}`, async () => {
      await using client = await serve(`${folder}/${name}`);
      const response = await client.get("/");
      assert.equal(response.status, 404);
      assert.ok(!(await response.text()).includes(folder), "the path stays a secret");
      assert.deepEqual(client.errors, []);
    });
  }

  test("does not wait for a pipe", { skip: process.platform === "win32" }, async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await using client = await serve(join(folder, "pipe"));
    assert.equal((await client.get("/")).status, 404);
  });

  for (const name of [
    "../secret.txt",
    `../${outside.split("/").at(-1)}/secret.txt`,
    join(outside, "secret.txt"),
    "leak.txt",
    "leak/secret.txt",
    ".secret",
    "sub/../.secret",
    "sub\\..\\short.txt",
    "",
  ]) {
    test(`finds nothing below its root under ${JSON.stringify(name)}`, async () => {
      await using client = await serve(name, { root: folder });
      const response = await client.get("/");
      assert.equal(response.status, 404);
      assert.ok(!(await response.text()).includes("secret"));
    });
  }

  test("finds names, links inside and hidden files below its root where they are allowed", async () => {
    for (const [name, body] of [
      ["short.txt", SHORT],
      ["sub/alias.txt", SHORT],
      [".secret", "secret"],
    ] as const) {
      await using client = await serve(name, { root: pathToFileURL(folder), dotfiles: "allow" });
      assert.equal(await (await client.get("/")).text(), body);
    }
  });

  test("can come from middleware and error handlers, and be changed before it is sent", async () => {
    const app = new Spindash("layers");
    const path = join(folder, "short.txt");
    app.onRequest((req) => (req.path === "/request" ? file(path) : undefined));
    app.use(async (req, next) => (req.path === "/around" ? file(path) : next()));
    app.onResponse((req, response) => {
      response.headers.set("x-status", response.status);
      return req.path === "/response" ? file(path) : undefined;
    });
    app.onError(NotFound, (req) => file(req.path === "/lost" ? join(folder, "no") : path, { status: 404 }));
    app.get("/handler", () => {
      const response = file(path);
      response.headers.set("x-own", "1");
      response.cookies.set("a", "b");
      return response;
    });
    app.get("/late", async () => file(path));
    app.get("/response", () => text(""));
    await using client = await testClient(app);
    for (const place of ["/request", "/around", "/response", "/handler", "/late"]) {
      const response = await client.get(place, { headers: { range: "bytes=0-1" } });
      assert.equal(response.status, 206, place);
      assert.equal(await response.text(), "01");
      if (place !== "/response") assert.equal(response.headers.get("x-status"), "206");
    }
    const response = await client.get("/handler");
    assert.equal(response.headers.get("x-own"), "1");
    assert.equal(response.headers.get("set-cookie"), "a=b; Path=/; SameSite=Lax; Secure");
    const missing = await client.get("/nowhere");
    assert.equal(missing.status, 404);
    assert.equal(await missing.text(), SHORT);
    assert.equal((await client.get("/lost")).status, 404);
    assert.deepEqual(client.errors, []);
  });

  test("answers web-standard requests too", async () => {
    const app = new Spindash("web");
    app.get("/", () => file(join(folder, "long.bin")));
    const response = await app.fetch(
      new globalThis.Request("http://a/", { headers: { range: "bytes=100000-299998" } }),
    );
    assert.equal(response.status, 206);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), LONG.subarray(100_000, 299_999));
  });

  test("cuts the connection when the file becomes shorter while it is sent", async () => {
    const path = join(folder, "shrinking.bin");
    writeFileSync(path, Buffer.alloc(8 * 1024 * 1024));
    await using client = await serve(path);
    const response = await client.get("/");
    truncateSync(path, 1000);
    await assert.rejects(response.bytes());
    assert.match(client.errors[0]?.message ?? "", /was changed while it was sent/);
  });

  test("closes its file on every way out", { skip: process.platform !== "linux" }, async () => {
    const path = join(folder, "large.bin");
    writeFileSync(path, Buffer.alloc(8 * 1024 * 1024));
    await using client = await serve(path);
    const before = openFiles();
    const ways: (() => Promise<unknown>)[] = [
      async () => (await client.get("/")).bytes(),
      () => client.head("/"),
      async () => (await client.get("/", { headers: { range: "bytes=0-9" } })).bytes(),
      async () => (await client.get("/", { headers: { range: "bytes=0-9,20-29" } })).bytes(),
      () => client.get("/", { headers: { range: `bytes=${"9".repeat(12)}-` } }),
      () => client.get("/", { headers: { "if-match": '"other"' } }),
      () => client.get("/", { headers: { "if-none-match": "*" } }),
    ];
    for (const way of ways) {
      await way();
      await closed(before);
    }
    for (let round = 0; round < 5; round++) {
      const leaving = new AbortController();
      const response = await client.get("/", { signal: leaving.signal });
      await assert.rejects(async () => {
        for await (const _piece of response.body) {
          assert.ok(openFiles() > before, "the file is open while it is sent");
          leaving.abort(new Error("gone"));
        }
      }, /gone/);
      await closed(before);
    }
    assert.deepEqual(client.errors, []);
  });
});

/** Waits until no more files are open than `count`. */
async function closed(count: number): Promise<void> {
  const end = performance.now() + 2000;
  while (openFiles() > count) {
    assert.ok(performance.now() < end, "a file stays open");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
