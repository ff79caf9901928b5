import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { version } from "spindash";
import { formatBanner } from "../../src/app/banner.ts";

const FACTS = { name: "shop", urls: ["http://127.0.0.1:8000"], debug: false };
const COLOUR = "\u001b[";

describe("the banner", () => {
  test("it tells name, mode, address, runtime and version", () => {
    const banner = formatBanner(FACTS, false);
    for (const row of [
      /│ app +│ shop +│/,
      /│ mode +│ production +│/,
      /│ address +│ http:\/\/127\.0\.0\.1:8000 +│/,
      /│ runtime +│ (Node|Bun|Deno) \d+\.\d+/,
      new RegExp(`│ version +│ Spindash ${version.replaceAll(".", "\\.")} +│`),
    ])
      assert.match(banner, row);
    assert.match(banner, /gotta go fast/);
    assert.ok(banner.endsWith("\n"));
  });

  test("every address has a row", () => {
    const banner = formatBanner({ ...FACTS, urls: ["http://127.0.0.1:1", "https://127.0.0.1:2"] }, false);
    assert.equal(banner.match(/│ address/g)?.length, 2);
  });

  test("all rows of its table are as wide as the longest", () => {
    const urls = [`http://${"long.".repeat(20)}example:8000`];
    const rows = formatBanner({ ...FACTS, urls }, false)
      .split("\n")
      .filter((row) => /^[│┌├└]/.test(row));
    assert.ok(rows.length >= 7);
    assert.equal(new Set(rows.map((row) => row.length)).size, 1);
  });

  test("debug mode has a mark that nobody overlooks, production has none", () => {
    const debug = formatBanner({ ...FACTS, debug: true }, false);
    assert.match(debug, /!! DEBUG IS ON: errors show their insides\. Not for the open internet\. !!/);
    assert.match(debug, /│ mode +│ debug +│/);
    assert.doesNotMatch(formatBanner(FACTS, false), /DEBUG/);
  });

  test("colours are for terminals only", () => {
    for (const debug of [false, true]) {
      assert.ok(!formatBanner({ ...FACTS, debug }, false).includes(COLOUR));
      assert.ok(formatBanner({ ...FACTS, debug }, true).includes(COLOUR));
    }
  });
});
