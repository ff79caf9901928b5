import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

import { before, describe, test } from "node:test";
import { NotFound, Spindash } from "spindash";
import { testClient } from "spindash/testing";
import { projectFolder, typescriptArguments } from "../../scripts/setup.mjs";
import { formatPage } from "../../src/error-pages/html-format.ts";

const HOSTILE = '<script>alert("x")</script>';

/** The page of an error that `/` throws, as a browser gets it. */
async function pageOf(error: unknown, debug: boolean, headers: Record<string, string> = {}): Promise<string> {
  const app = new Spindash("debugged", { config: { debug } });
  app.get("/", () => {
    throw error;
  });
  await using client = await testClient(app);
  const response = await client.get("/", { headers: { accept: "text/html", ...headers } });
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  return response.text();
}

describe("the page of an error in debug mode", () => {
  // What loading it keeps open is not the app's: it is told from that by being there before.
  before(() => import("youch"));

  test("shows the source around the line that threw, and the request", async () => {
    const page = await pageOf(new Error("query failed"), true, { "x-mine": "my-header" });
    assert.match(page, /debug-page\.test\.ts/);
    assert.match(page, /query failed/);
    assert.match(page, /my-header/);
  });

  test("is not there without debug mode", async () => {
    const page = await pageOf(new Error("query failed"), false);
    assert.doesNotMatch(page, /debug-page\.test|query failed|Stack/);
  });

  test("takes hostile text for text", async () => {
    const error = new Error(HOSTILE, { cause: new TypeError(HOSTILE) });
    const page = await pageOf(error, true, { "x-hostile": HOSTILE });
    assert.ok(!page.includes(HOSTILE), "the error's message and the header are escaped");
  });

  test("of an answer below 500 is the ordinary one, with folded details", async () => {
    const page = await pageOf(new NotFound("No note", { extra: { query: HOSTILE } }), true);
    assert.match(page, /<h1>Not Found<\/h1>/);
    assert.match(page, /<details><summary>/);
    assert.ok(!page.includes(HOSTILE) && page.includes("&lt;script&gt;"));
  });

  test("keeps the status and the fields of the error", async () => {
    const app = new Spindash("fields", { config: { debug: true } });
    app.get("/", () => {
      throw new Error("x");
    });
    await using client = await testClient(app);
    const response = await client.get("/", { headers: { accept: "text/html" } });
    assert.equal(response.status, 500);
    assert.equal(response.headers.get("vary"), "accept");
  });
});

describe("the page of our own, where youch is not installed", () => {
  test("shows the stack, and says what to install", () => {
    const page = formatPage({
      status: 500,
      reason: "Internal Server Error",
      message: "Internal Server Error",
      code: undefined,
      context: undefined,
      members: undefined,
      requestId: "id",
      debug: { error: new Error(HOSTILE), extra: { tried: 1n }, request: null },
    });
    assert.match(page, /<details open>/);
    assert.match(page, /npm install --save-dev youch/);
    assert.match(page, /debug-page\.test\.ts/);
    assert.ok(!page.includes(HOSTILE));
  });

  test("is what a program in debug mode shows without youch, and no other", async () => {
    const program = `
      import { register } from "node:module";
      register("data:text/javascript," + encodeURIComponent(\`
        export async function resolve(specifier, context, next) {
          if (specifier === "youch") { throw Object.assign(new Error("missing"), { code: "ERR_MODULE_NOT_FOUND" }); }
          return next(specifier, context);
        }
      \`));
      const { Spindash } = await import("./src/index.ts");
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      for (const debug of [false, true]) {
        const app = new Spindash("x", { logger: log, config: { debug } });
        app.get("/", () => { throw new Error("oops"); });
        const ask = async (accept) => (await app.fetch(new Request("http://a/", { headers: { accept } }))).text();
        await ask("application/json");
        console.log((await ask("text/html")).includes("npm install --save-dev youch"));
      }
    `;
    const child = spawn(
      process.execPath,
      [...typescriptArguments(), "--input-type=module", "--eval", program],
      {
        cwd: projectFolder,
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += String(chunk);
      });
    await once(child, "close");
    assert.match(output, /^false$/m);
    assert.match(output, /^true$/m);
  });
});
