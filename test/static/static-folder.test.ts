import assert from "node:assert/strict";
import {
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { Blueprint } from "../../src/app/blueprint.ts";
import { Spindash } from "../../src/app/spindash.ts";
import type { StaticRouteOptions } from "../../src/app/static-route.ts";
import { Unauthorized } from "../../src/http/errors.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { type TestClient, testClient } from "../../src/testing/index.ts";
import { temporaryFolder } from "../http/temporary-folder.ts";

const SEED = 30_801;
const folder = temporaryFolder(after);
const outside = temporaryFolder(after);
const SCRIPT = "console.log('gotta go fast');\n".repeat(50);

mkdirSync(join(folder, "sub", "deep"), { recursive: true });
mkdirSync(join(folder, "with-index"));
mkdirSync(join(folder, ".git"));
mkdirSync(join(folder, ".well-known"));
for (const [name, content] of [
  ["app.js", SCRIPT],
  ["a b.txt", "blank"],
  ["名.txt", "name"],
  ["foo..bar", "dots"],
  ["100%.txt", "percent"],
  ["sub/inner.txt", "inner"],
  ["sub/deep/leaf.txt", "leaf"],
  ["with-index/index.html", "<h1>index</h1>"],
  [".git/config", "secret"],
  [".env", "secret"],
  [".well-known/acme", "token"],
] as const)
  writeFileSync(join(folder, name), content);
writeFileSync(join(outside, "secret.txt"), "secret");
symlinkSync(join(outside, "secret.txt"), join(folder, "leak.txt"));
symlinkSync(outside, join(folder, "leak"));
symlinkSync("app.js", join(folder, "alias.js"));
symlinkSync("nowhere", join(folder, "broken"));

async function serve(options?: StaticRouteOptions, path = "/assets"): Promise<TestClient> {
  const app = new Spindash("files");
  app.static(path, folder, options);
  return testClient(app);
}

describe("A static folder", () => {
  test("serves files with their type, validators, and orders not to guess", async () => {
    await using client = await serve();
    const response = await client.get("/assets/app.js");
    assert.equal(response.status, 200);
    assert.equal(await response.text(), SCRIPT);
    assert.equal(response.headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("cache-control"), "no-cache");
    assert.equal(response.headers.get("accept-ranges"), "bytes");
    assert.ok(response.headers.has("last-modified"));
    const etag = response.headers.get("etag") ?? "";
    for (let round = 0; round < 2; round++) {
      const again = await client.get("/assets/app.js", { headers: { "if-none-match": etag } });
      assert.equal(again.status, 304);
      assert.equal(again.headers.get("content-type"), undefined);
      const part = await client.get("/assets/app.js", { headers: { range: "bytes=0-6" } });
      assert.equal(await part.text(), "console");
      assert.equal(
        (await client.head("/assets/app.js")).headers.get("content-length"),
        String(SCRIPT.length),
      );
    }
    assert.equal((await client.post("/assets/app.js")).status, 405);
  });

  const reachable: [path: string, body: string][] = [
    ["/assets/app.js?v=1", SCRIPT],
    ["/assets/alias.js", SCRIPT],
    ["/assets/%61pp.js", SCRIPT],
    ["/assets/a%20b.txt", "blank"],
    ["/assets/%E5%90%8D.txt", "name"],
    ["/assets/foo..bar", "dots"],
    ["/assets/100%25.txt", "percent"],
    ["/assets/sub/inner.txt", "inner"],
    ["/assets/sub/deep/leaf.txt", "leaf"],
    ["/assets/.well-known/acme", "token"],
    ["/assets/with-index/", "<h1>index</h1>"],
    ["/assets/with-index/index.html", "<h1>index</h1>"],
  ];
  for (const [path, body] of reachable) {
    test(`serves ${path}`, async () => {
      await using client = await serve();
      for (let round = 0; round < 2; round++) assert.equal(await (await client.get(path)).text(), body);
    });
  }

  const refused: [path: string, status: number][] = [
    ["/assets/missing", 404],
    ["/assets/app.js/", 404],
    ["/assets/app.js/x", 404],
    ["/assets/sub", 301],
    ["/assets/sub/", 404],
    ["/assets/../secret", 404],
    ["/assets/..", 404],
    ["/assets/%2e%2e/secret", 404],
    ["/assets/%2e%2e%2fsecret", 404],
    ["/assets/..%2fsecret", 404],
    ["/assets/..%5csecret", 404],
    ["/assets/..\\secret", 404],
    ["/assets/%252e%252e/secret", 404],
    ["/assets/sub/../app.js", 404],
    ["/assets/./app.js", 404],
    ["/assets//app.js", 404],
    ["/assets//etc/passwd", 404],
    ["/assets/%2fetc/passwd", 404],
    ["/assets/sub%2finner.txt", 404],
    ["/assets/sub//inner.txt", 404],
    ["/assets/app.js%00.txt", 404],
    ["/assets/app.js%0d%0aset-cookie:%20a=b", 404],
    ["/assets/C:/Windows/win.ini", 404],
    ["/assets/.git/config", 404],
    ["/assets/.env", 404],
    ["/assets/%2eenv", 404],
    ["/assets/leak.txt", 404],
    ["/assets/leak/secret.txt", 404],
    ["/assets/broken", 404],
    ["/assets/%ff", 400],
    ["/assets/%zz", 400],
    ["/assets/__proto__", 404],
    ["/assets/constructor", 404],
    ["/assetsx/app.js", 404],
    ["/ASSETS/app.js", 404],
    [`/assets/${"x".repeat(5000)}`, 404],
    [`/assets/${"x/".repeat(2000)}`, 404],
  ];
  for (const [path, status] of refused) {
    test(`answers ${path.slice(0, 50)} by ${status}, and never with a secret`, async () => {
      await using client = await serve();
      const response = await client.get(path);
      assert.equal(response.status, status);
      assert.doesNotMatch(await response.text(), /secret\b(?!\.txt| )|root:|token/);
      assert.deepEqual(client.errors, []);
    });
  }

  test("adds the slash that relative links need, and keeps the query", async () => {
    await using client = await serve();
    assert.equal((await client.get("/assets/sub?a=1")).headers.get("location"), "./sub/?a=1");
    assert.equal((await client.get("/assets")).headers.get("location"), "./assets/");
    await using atRoot = await serve({}, "/");
    assert.equal((await atRoot.get("/sub")).headers.get("location"), "./sub/");
    for (const path of ["//evil.example/sub", "//evil.example", "/\\evil.example/sub", "//sub"]) {
      const response = await atRoot.get(path);
      assert.equal(response.status, 404, path);
    }
    await using plain = await serve({ index: false });
    assert.equal((await plain.get("/assets/sub")).status, 404);
  });

  test("sees every change at once", async () => {
    await using client = await serve({ index: ["start.htm", "index.html"] });
    const path = join(folder, "changing.txt");
    const read = async () => {
      const response = await client.get("/assets/changing.txt");
      return response.status === 200 ? await response.text() : response.status;
    };
    assert.equal(await read(), 404);
    writeFileSync(path, "one");
    assert.equal(await read(), "one");
    writeFileSync(path, "two");
    utimesSync(path, new Date(0), new Date(0));
    assert.equal(await read(), "two");
    writeFileSync(`${path}.new`, "six");
    utimesSync(`${path}.new`, new Date(0), new Date(0));
    renameSync(`${path}.new`, path);
    assert.equal(await read(), "six");
    truncateSync(path, 0);
    assert.equal(await read(), "");
    unlinkSync(path);
    assert.equal(await read(), 404);
    symlinkSync("sub/inner.txt", path);
    assert.equal(await read(), "inner");
    unlinkSync(path);
    symlinkSync(join(outside, "secret.txt"), path);
    assert.equal(await read(), 404);
    unlinkSync(path);
    mkdirSync(path);
    assert.equal(await read(), 301);
    rmSync(path, { recursive: true });
  });

  test("does not look at a file again before it is time", async () => {
    const path = join(folder, "kept.txt");
    writeFileSync(path, "one");
    await using client = await serve({ recheck: "1h" });
    assert.equal(await (await client.get("/assets/kept.txt")).text(), "one");
    writeFileSync(path, "other");
    assert.equal(await (await client.get("/assets/kept.txt")).text(), "one");
    unlinkSync(path);
  });

  test("can be a link that is set to another folder", async () => {
    const [first, second] = [join(outside, "v1"), join(outside, "v2")];
    for (const each of [first, second]) {
      mkdirSync(each);
      writeFileSync(join(each, "version.txt"), each === first ? "one" : "two");
      utimesSync(join(each, "version.txt"), new Date(0), new Date(0));
    }
    const current = join(outside, "current");
    symlinkSync(first, current);
    const app = new Spindash("deploy");
    app.static("/", current);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/version.txt")).text(), "one");
    symlinkSync(second, `${current}.new`);
    renameSync(`${current}.new`, current);
    assert.equal(await (await client.get("/version.txt")).text(), "two");
  });

  test("follows links outside and shows hidden names where that is asked for", async () => {
    await using client = await serve({ outsideLinks: "follow", dotfiles: "allow" });
    assert.equal(await (await client.get("/assets/leak.txt")).text(), "secret");
    assert.equal(await (await client.get("/assets/leak/secret.txt")).text(), "secret");
    assert.equal(await (await client.get("/assets/.env")).text(), "secret");
    assert.equal((await client.get("/assets/.git/../app.js")).status, 404);
  });

  test("says how long to keep, and more", async () => {
    await using client = await serve({
      maxAge: "1h",
      immutable: true,
      contentType: "text/x-own",
      headers: { "access-control-allow-origin": "*" },
    });
    const { headers } = await client.get("/assets/app.js");
    assert.equal(headers.get("cache-control"), "public, max-age=3600, immutable");
    assert.equal(headers.get("content-type"), "text/x-own");
    assert.equal(headers.get("access-control-allow-origin"), "*");
  });

  test("answers by the fallback where there is no file", async () => {
    await using client = await serve({ fallback: "with-index/index.html" });
    for (const path of ["/assets/users/7", "/assets/sub/", "/assets/missing.js", "/assets/.env"]) {
      const response = await client.get(path);
      assert.equal(response.status, 200, path);
      assert.equal(await response.text(), "<h1>index</h1>");
      assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    }
    await using broken = await serve({ fallback: "missing.html" });
    assert.equal((await broken.get("/assets/users/7")).status, 404);
  });

  test("belongs to its blueprint: prefix, middleware, names", async () => {
    const docs = new Blueprint("docs", { prefix: "/docs" });
    docs.onRequest((req) => {
      if (!req.headers.has("x-key")) throw new Unauthorized();
    });
    docs.static("/files", folder, { name: "files" });
    const app = new Spindash("files");
    app.blueprint(docs);
    app.static("/open", folder, { name: "open" });
    assert.equal(app.urlFor("docs.files", { file: "sub/a b.txt" }), "/docs/files/sub/a%20b.txt");
    await using client = await testClient(app);
    for (const path of ["/docs/files/app.js", "/docs/files/%61pp.js", "/docs/files", "/docs/files/none"]) {
      assert.equal((await client.get(path)).status, 401);
      assert.equal((await client.head(path)).status, 401);
    }
    assert.equal((await client.get("/docs/files/app.js", { headers: { "x-key": "1" } })).status, 200);
    assert.equal((await client.get("/open/app.js")).status, 200);
  });

  test("sends nothing from outside, nothing hidden and nothing past its guard, whatever the path", async () => {
    const place = new Blueprint("place", { prefix: "/assets" });
    let guarded = 0;
    place.onRequest(() => {
      guarded++;
    });
    place.static("/", folder);
    const app = new Spindash("hostile");
    app.blueprint(place);
    await using client = await testClient(app);
    const pieces =
      "..|%2e%2e|%252e|.|/|//|%2f|%5c|\\|a|app.js|leak|leak.txt|secret.txt|.env|.git|config|sub|inner.txt|%00|:|~1|%20|%c0%ae|;x|with-index";
    const path = fc.array(fc.constantFrom(...pieces.split("|")), { maxLength: 8 }).map((all) => all.join(""));
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom("GET", "HEAD"), async (rest, method) => {
        const before = guarded;
        const response = await client.request(method, `/assets/${rest}`);
        assert.ok([200, 301, 400, 404].includes(response.status), `${response.status}`);
        assert.notEqual(await response.text(), "secret");
        if (response.status === 200) assert.equal(guarded, before + 1, "the guard ran");
        const location = response.headers.get("location");
        if (location !== undefined) assert.match(location, /^\.\/[^/\\]*\/$/);
      }),
      { seed: SEED, numRuns: 1500 },
    );
    assert.deepEqual(client.errors, []);
  });

  test("explains what cannot be served", () => {
    const app = new Spindash("mistakes");
    const cases: [make: () => unknown, message: RegExp][] = [
      [() => app.static("/a", join(folder, "missing")), /Nothing lies at .*missing/],
      [() => app.static("/a", join(folder, "app.js"), { kind: "folder" }), /as a folder, but is a file/],
      [() => app.static("/a", folder, { kind: "file" }), /as a file, but is a folder/],
      [() => app.static("/a", folder, { maxage: 1 } as object), /did you mean maxAge/],
      [() => app.static("/a", folder, { maxAge: "soon" as "1s" }), /not a duration/],
    ];
    for (const [make, message] of cases)
      assert.throws(make, (error: Error) => error instanceof SetupError && message.test(error.message));
  });

  test("may be made later where the program says what it will be", async () => {
    const app = new Spindash("later");
    const later = join(outside, "later");
    app.static("/later", later, { kind: "folder" });
    await using client = await testClient(app);
    assert.equal((await client.get("/later/a.txt")).status, 404);
    mkdirSync(later);
    writeFileSync(join(later, "a.txt"), "there");
    assert.equal(await (await client.get("/later/a.txt")).text(), "there");
  });
});

describe("Compressed files beside a file", () => {
  const packed = temporaryFolder(after);
  writeFileSync(join(packed, "app.js"), SCRIPT);
  writeFileSync(join(packed, "app.js.br"), brotliCompressSync(SCRIPT));
  writeFileSync(join(packed, "app.js.gz"), gzipSync(SCRIPT));
  writeFileSync(join(packed, "plain.txt"), "plain");
  writeFileSync(join(packed, "photo.png"), "pixels");
  writeFileSync(join(packed, "photo.png.gz"), "never");
  writeFileSync(join(packed, "index.html"), "<p>");
  writeFileSync(join(packed, "index.html.gz"), gzipSync("<p>"));

  async function ask(path: string, acceptEncoding?: string, more: Record<string, string> = {}) {
    const app = new Spindash("packed");
    app.static("/", packed, { precompressed: true });
    await using client = await testClient(app);
    const headers = acceptEncoding === undefined ? more : { "accept-encoding": acceptEncoding, ...more };
    const response = await client.get(path, { headers });
    return { response, body: await response.bytes(), coding: response.headers.get("content-encoding") };
  }

  const cases: [path: string, acceptEncoding: string | undefined, coding: string | undefined][] = [
    ["/app.js", "gzip, deflate, br, zstd", "br"],
    ["/app.js", "gzip", "gzip"],
    ["/app.js", "zstd, gzip;q=0.5", "gzip"],
    ["/app.js", "br;q=0.1, gzip", "gzip"],
    ["/app.js", "br;q=0, gzip;q=0", undefined],
    ["/app.js", "identity, br;q=0.5", undefined],
    ["/app.js", "zstd", undefined],
    ["/app.js", "*", "br"],
    ["/app.js", "identity;q=0", undefined],
    ["/app.js", "", undefined],
    ["/app.js", undefined, undefined],
    ["/plain.txt", "gzip, br", undefined],
    ["/photo.png", "gzip, br", undefined],
    ["/", "gzip", "gzip"],
  ];
  for (const [path, acceptEncoding, coding] of cases) {
    test(`of ${path} for ${JSON.stringify(acceptEncoding) ?? "no field"}: ${coding ?? "as it is"}`, async () => {
      const { response, body, coding: sent } = await ask(path, acceptEncoding);
      assert.equal(response.status, 200);
      assert.equal(sent, coding);
      assert.equal(response.headers.get("vary"), "accept-encoding");
      const plain =
        coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body;
      if (path === "/app.js") {
        assert.equal(plain.toString(), SCRIPT);
        assert.equal(response.headers.get("content-type"), "text/javascript; charset=utf-8");
      }
    });
  }

  test("have entity tags and ranges of their own", async () => {
    const tags = new Set<string | undefined>();
    for (const coding of ["br", "gzip", "identity"])
      tags.add((await ask("/app.js", coding)).response.headers.get("etag"));
    assert.equal(tags.size, 3);
    const [br] = tags;
    const same = await ask("/app.js", "br", { "if-none-match": br ?? "" });
    assert.equal(same.response.status, 304);
    assert.equal(same.response.headers.get("vary"), "accept-encoding");
    assert.equal((await ask("/app.js", "gzip", { "if-none-match": br ?? "" })).response.status, 200);
    const part = await ask("/app.js", "gzip", { range: "bytes=0-1" });
    assert.deepEqual([...part.body], [0x1f, 0x8b]);
    assert.equal(part.coding, "gzip");
  });
});

describe("A single file", () => {
  test("is served at its path alone, hidden or linked or not", async () => {
    const app = new Spindash("single");
    app.static("/script", join(folder, "app.js"), { maxAge: 60 });
    app.static("/hidden", join(folder, ".env"));
    app.static("/linked", join(folder, "leak.txt"));
    await using client = await testClient(app);
    for (let round = 0; round < 2; round++) {
      const response = await client.get("/script");
      assert.equal(await response.text(), SCRIPT);
      assert.equal(response.headers.get("content-type"), "text/javascript; charset=utf-8");
      assert.equal(response.headers.get("cache-control"), "public, max-age=60");
      assert.equal(await (await client.get("/hidden")).text(), "secret");
      assert.equal(await (await client.get("/linked")).text(), "secret");
    }
    assert.equal((await client.get("/script/x")).status, 404);
    const path = join(folder, "single.txt");
    writeFileSync(path, "one");
    const other = new Spindash("changing");
    other.static("/one", path);
    await using second = await testClient(other);
    assert.equal(await (await second.get("/one")).text(), "one");
    writeFileSync(path, "longer");
    assert.equal(await (await second.get("/one")).text(), "longer");
    unlinkSync(path);
    assert.equal((await second.get("/one")).status, 404);
  });
});
