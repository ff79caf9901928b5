import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { NotFound, type RunningServer, Spindash } from "spindash";
import { launchChromium, skipWithoutChromium } from "./chromium.ts";

const HOSTILE =
  '</title></style></table><img src=x onerror="document.title=1"><script>document.title=1</script>';

describe("error pages in a browser", { skip: skipWithoutChromium }, () => {
  let browser: Browser;
  const servers: RunningServer[] = [];

  before(async () => {
    for (const debug of [false, true]) {
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const app = new Spindash("pages", { config: { debug }, logger });
      app.get("/missing", () => {
        throw new NotFound(HOSTILE, { context: { [HOSTILE]: HOSTILE }, extra: { [HOSTILE]: HOSTILE } });
      });
      app.get("/bug", () => {
        throw new Error(HOSTILE, { cause: new TypeError(HOSTILE) });
      });
      servers.push(await app.listen({ port: 0 }));
    }
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  for (const [index, mode] of ["production", "debug mode"].entries()) {
    for (const path of ["/missing", "/bug", `/nowhere/${HOSTILE}?${HOSTILE}`]) {
      it(`show hostile text as text, in ${mode}, at ${path.slice(0, 8)}`, async () => {
        const page = await browser.newPage();
        const response = await page.goto(servers[index]?.url + path);
        assert.match(await page.title(), /^(?:404|500|Error|\d{3} )/);
        assert.notEqual(await page.title(), "1");
        assert.ok((response?.status() ?? 0) >= 400);
        assert.equal(await page.locator("img").count(), 0);
        await page.close();
      });
    }
  }

  it("have another ground in the dark, and fit a narrow screen", async () => {
    const grounds = new Set<string>();
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 600 } });
      await page.goto(`${servers[0]?.url}/missing`);
      grounds.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(width <= 320, `${width} pixels`);
      await page.close();
    }
    assert.equal(grounds.size, 2);
  });
});
