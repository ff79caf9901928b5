import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Spindash } from "../../src/app/spindash.ts";
import { stream } from "../../src/http/responses.ts";
import { testClient } from "../../src/testing/index.ts";
import { readRangeParts } from "./multipart-parts.ts";

const SEED = 20_417;
const SIZE = 1000;
const WHOLE = Array.from({ length: SIZE }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");
const THEN = new Date("1994-11-06T08:49:37Z");

function makeApp(): Spindash {
  const app = new Spindash("ranges");
  app.get("/letters", () =>
    stream((out, { start, end }) => out.write(WHOLE.slice(start, end)) as Promise<void>, {
      contentType: "text/plain",
      size: SIZE,
      etag: '"v1"',
      lastModified: THEN,
      headers: { "cache-control": "no-cache", "content-language": "en", "x-own": "kept" },
    }),
  );
  return app;
}

describe("A stream of known size", () => {
  const cases: [headers: Record<string, string>, status: number, body: string, range?: string][] = [
    [{}, 200, WHOLE],
    [{ range: "bytes=0-9" }, 206, WHOLE.slice(0, 10), "bytes 0-9/1000"],
    [{ range: "bytes=990-" }, 206, WHOLE.slice(990), "bytes 990-999/1000"],
    [{ range: "bytes=-5" }, 206, WHOLE.slice(-5), "bytes 995-999/1000"],
    [{ range: "bytes=0-" }, 206, WHOLE, "bytes 0-999/1000"],
    [{ range: "bytes=0-9,5-19" }, 206, WHOLE.slice(0, 20), "bytes 0-19/1000"],
    [{ range: "bytes=9-0" }, 200, WHOLE],
    [{ range: "lines=0-9" }, 200, WHOLE],
    [{ range: "bytes=0-9", "if-range": '"v1"' }, 206, WHOLE.slice(0, 10), "bytes 0-9/1000"],
    [{ range: "bytes=0-9", "if-range": '"v0"' }, 200, WHOLE],
    [{ range: "bytes=0-9", "if-range": THEN.toUTCString() }, 206, WHOLE.slice(0, 10), "bytes 0-9/1000"],
    [{ range: "bytes=0-9", "if-none-match": '"v1"' }, 304, ""],
    [{ "if-none-match": '"v1"' }, 304, ""],
    [{ "if-modified-since": THEN.toUTCString() }, 304, ""],
    [{ "if-match": '"v1"' }, 200, WHOLE],
  ];
  for (const [headers, status, body, range] of cases) {
    test(`answers ${JSON.stringify(headers)} by ${status}${range === undefined ? "" : `, ${range}`}`, async () => {
      await using client = await testClient(makeApp());
      const response = await client.get("/letters", { headers });
      assert.equal(response.status, status);
      assert.equal(await response.text(), body);
      assert.equal(response.headers.get("content-range"), range);
      assert.equal(response.headers.get("etag"), '"v1"');
      assert.equal(response.headers.get("last-modified"), THEN.toUTCString());
      assert.equal(response.headers.get("x-own"), "kept");
      assert.equal(response.headers.get("cache-control"), "no-cache");
      const isThere = status !== 304;
      assert.equal(response.headers.get("content-type"), isThere ? "text/plain" : undefined);
      assert.equal(response.headers.get("content-language"), isThere ? "en" : undefined);
      assert.equal(response.headers.get("accept-ranges"), isThere ? "bytes" : undefined);
      assert.equal(response.headers.get("content-length"), isThere ? String(body.length) : undefined);
    });
  }

  test("answers HEAD with the fields of the whole, whatever range is asked for", async () => {
    await using client = await testClient(makeApp());
    const response = await client.head("/letters", { headers: { range: "bytes=0-9" } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-length"), "1000");
    assert.equal(response.headers.get("accept-ranges"), "bytes");
    assert.equal((await client.head("/letters", { headers: { "if-none-match": "*" } })).status, 304);
  });

  test("answers 412 and 416 as errors that can be handled", async () => {
    await using client = await testClient(makeApp());
    assert.equal((await client.get("/letters", { headers: { "if-match": '"v0"' } })).status, 412);
    const response = await client.get("/letters", { headers: { range: "bytes=1000-" } });
    assert.equal(response.status, 416);
    assert.equal(response.headers.get("content-range"), "bytes */1000");
    assert.deepEqual(client.errors, []);
  });

  test("sends several ranges as parts, in the order asked for", async () => {
    await using client = await testClient(makeApp());
    const response = await client.get("/letters", { headers: { range: "bytes=500-509, 0-4, -3" } });
    assert.equal(response.status, 206);
    const body = await response.text();
    assert.equal(response.headers.get("content-length"), String(body.length));
    assert.equal(response.headers.get("content-range"), undefined);
    const parts = readRangeParts(response.headers.get("content-type") ?? "", body);
    assert.deepEqual(
      parts.map(({ headers, body }) => [headers.get("content-type"), headers.get("content-range"), body]),
      [
        ["text/plain", "bytes 500-509/1000", WHOLE.slice(500, 510)],
        ["text/plain", "bytes 0-4/1000", WHOLE.slice(0, 5)],
        ["text/plain", "bytes 997-999/1000", WHOLE.slice(997)],
      ],
    );
  });

  test("gives for any ranges the bytes its answer says it gives", async () => {
    await using client = await testClient(makeApp());
    const bound = fc.integer({ min: 0, max: SIZE + 50 });
    const specifier = fc.oneof(
      fc.tuple(bound, bound).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      bound.map((first) => `${first}-`),
      bound.map((length) => `-${length}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(specifier, { minLength: 1, maxLength: 5 }), async (list) => {
        const response = await client.get("/letters", { headers: { range: `bytes=${list.join()}` } });
        const body = await response.text();
        if (response.status === 416) return;
        assert.equal(response.status, 206);
        const single = response.headers.get("content-range");
        const parts =
          single === undefined
            ? readRangeParts(response.headers.get("content-type") ?? "", body)
            : [{ headers: new Map([["content-range", single]]), body }];
        for (const { headers, body } of parts) {
          const [, first, last] = /^bytes (\d+)-(\d+)\/1000$/.exec(headers.get("content-range") ?? "") ?? [];
          assert.equal(body, WHOLE.slice(Number(first), Number(last) + 1));
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test("keeps another status, without conditions and ranges", async () => {
    const app = new Spindash("statuses");
    app.get("/", () =>
      stream((out) => out.write("gone") as undefined, { size: 4, status: 410, etag: '"a"' }),
    );
    await using client = await testClient(app);
    const response = await client.get("/", { headers: { range: "bytes=0-0", "if-none-match": '"a"' } });
    assert.equal(response.status, 410);
    assert.equal(await response.text(), "gone");
    assert.equal(response.headers.get("etag"), undefined);
  });

  test("has no date of change where neither it nor the program gives one", async () => {
    const app = new Spindash("dates");
    app.get("/none", () => stream(() => {}, { size: 0, headers: { etag: '"mine"' } }));
    app.get("/odd", () => stream(() => {}, { size: 0, headers: { "last-modified": "yesterday" } }));
    await using client = await testClient(app);
    const headers = { "if-modified-since": new Date().toUTCString() };
    for (const path of ["/none", "/odd"]) assert.equal((await client.get(path, { headers })).status, 200);
  });

  test("refuses a size and a tag that are none", () => {
    for (const size of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => stream(() => {}, { size }), /whole number of bytes/);
    assert.throws(() => stream(() => {}, { size: 1, etag: "v1" }), /with its quotes/);
  });
});
