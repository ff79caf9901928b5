import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Spindash } from "../../src/app/spindash.ts";
import type { StaticRouteOptions } from "../../src/app/static-route.ts";
import { json } from "../../src/http/responses.ts";
import { type TestClient, testClient } from "../../src/testing/index.ts";
import { launchChromium, skipWithoutChromium } from "../browser/chromium.ts";
import { temporaryFolder } from "../http/temporary-folder.ts";

const folder = temporaryFolder(after);
const outside = temporaryFolder(after);
const THEN = new Date("2020-02-29T12:34:56Z");
const HOSTILE = `"><img src=x onerror=alert(1)>'&.txt`;

mkdirSync(join(folder, "zebra"));
mkdirSync(join(folder, "apple pie"));
for (const name of ["file10.txt", "file9.txt", HOSTILE, "javascript:alert(1)", "100%.txt", ".hidden"])
  writeFileSync(join(folder, name), "x".repeat(1536));
utimesSync(join(folder, "file9.txt"), THEN, THEN);
writeFileSync(join(folder, "apple pie", "a#b?.txt"), "inner");
symlinkSync(outside, join(folder, "leak"));
symlinkSync("file9.txt", join(folder, "alias"));
symlinkSync("nowhere", join(folder, "broken"));

async function serve(options: StaticRouteOptions = {}): Promise<TestClient> {
  const app = new Spindash("listing");
  app.static("/files", folder, { browse: true, ...options });
  return testClient(app);
}

interface Listing {
  path: string;
  entries: { name: string; kind: string; size: number; modified: string }[];
  isCut: boolean;
}

async function list(client: TestClient, path: string): Promise<Listing> {
  return (await (await client.get(path, { headers: { accept: "application/json" } })).json()) as Listing;
}

describe("The view of a folder", () => {
  test("has folders first, then files in human order, and nothing that cannot be reached", async () => {
    await using client = await serve();
    const { path, entries, isCut } = await list(client, "/files/");
    assert.equal(path, "/files/");
    assert.equal(isCut, false);
    const [first, second] = entries;
    assert.deepEqual([first?.name, first?.kind, second?.name], ["apple pie", "folder", "zebra"]);
    const files = entries.slice(2).map(({ name }) => name);
    assert.deepEqual(
      new Set(files),
      new Set([HOSTILE, "100%.txt", "alias", "file9.txt", "file10.txt", "javascript:alert(1)"]),
    );
    assert.ok(files.indexOf("file9.txt") < files.indexOf("file10.txt"));
    const file9 = entries.find(({ name }) => name === "file9.txt");
    assert.deepEqual(file9, { name: "file9.txt", kind: "file", size: 1536, modified: THEN.toISOString() });
  });

  test("shows hidden names and links outside where they can be reached", async () => {
    await using client = await serve({ dotfiles: "allow", outsideLinks: "follow" });
    const names = (await list(client, "/files/")).entries.map(({ name }) => name);
    assert.ok(names.includes(".hidden") && names.includes("leak"));
    assert.ok(!names.includes("broken"));
  });

  test("is a page without scripts whose names are text", async () => {
    await using client = await serve();
    const response = await client.get("/files/", { headers: { accept: "text/html" } });
    const page = await response.text();
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(response.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
    assert.equal(response.headers.get("vary"), "accept");
    assert.ok(!page.includes("<img") && !page.includes("<script"));
    assert.match(page, /1\.5 KB/);
    assert.match(page, /2020-02-29 12:34/);
    assert.ok(!page.includes('href="../"'), "there is nothing above");
    const below = await (await client.get("/files/apple%20pie/")).text();
    assert.match(below, /href="\.\.\/"/);
    assert.match(below, /1 file, 5 B/);
  });

  test("comes after an index and only where it is allowed", async () => {
    await using client = await serve({ index: "file9.txt" });
    assert.equal((await (await client.get("/files/")).text()).length, 1536);
    await using none = await serve({ browse: false });
    assert.equal((await none.get("/files/")).status, 404);
  });

  test("can be a page of one's own", async () => {
    await using client = await serve({
      browse: (_request, { path, depth, entries }) => json({ path, depth, count: entries.length }),
    });
    assert.deepEqual(await (await client.get("/files/apple%20pie/")).json(), {
      path: "/files/apple pie/",
      depth: 1,
      count: 1,
    });
  });

  test("shows the first thousand of very many", async () => {
    const many = temporaryFolder(after);
    for (let index = 0; index < 1001; index++) writeFileSync(join(many, `${index}`), "");
    const app = new Spindash("many");
    app.static("/", many, { browse: true });
    await using client = await testClient(app);
    const { entries, isCut } = await list(client, "/");
    assert.deepEqual([entries.length, entries.at(-1)?.name, isCut], [1000, "999", true]);
    assert.match(await (await client.get("/")).text(), /The first 1000 entries/);
  });

  test("has links that a browser can follow, whatever the names", { skip: skipWithoutChromium }, async () => {
    const app = new Spindash("browser");
    app.static("/files", folder, { browse: true });
    const running = await app.listen({ port: 0 });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const alerts: string[] = [];
      page.on("dialog", (dialog) => {
        alerts.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(`${running.url}/files`);
      assert.equal(page.url(), `${running.url}/files/`);
      const links = await page.$$eval("td a", (all) => all.map((a) => (a as HTMLAnchorElement).href));
      assert.equal(links.length, 8);
      for (const link of links) {
        assert.ok(link.startsWith(`${running.url}/files/`), link);
        assert.equal((await page.request.get(link)).status(), 200, link);
      }
      await page.click('text="apple pie/"');
      await page.click('text="a#b?.txt"');
      assert.equal(await page.textContent("body"), "inner");
      assert.deepEqual(alerts, []);
    } finally {
      await browser.close();
      await running.stop();
    }
  });
});
