import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { selectEncoding, selectLanguage, selectMediaType } from "../../src/http/accept.ts";
import { assertLinearTime } from "./linear-time.ts";
import { parseRequest } from "./parse-request.ts";

type Case = [header: string | undefined, offers: string[], chosen: string | undefined];

const BROWSER =
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";
/** The example of RFC 9110 section 12.5.1. */
const RFC =
  "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5";

describe("selectMediaType", () => {
  const cases: Case[] = [
    [undefined, ["json", "html"], "json"],
    [undefined, [], undefined],
    ["", ["json", "html"], undefined],
    ["*/*", ["json", "html"], "json"],
    ["*/*", ["html", "json"], "html"],
    [BROWSER, ["json", "html"], "html"],
    [BROWSER, ["json", "text"], "json"],
    [BROWSER, ["json", "xml"], "xml"],
    ["application/json", ["html", "json"], "json"],
    ["APPLICATION/JSON", ["html", "json"], "json"],
    ["application/json", ["html", "text/csv"], undefined],
    ["application/problem+json", ["application/problem+json", "json"], "application/problem+json"],
    ["application/json", ["application/problem+json"], undefined],
    ["application/*", ["html", "application/problem+json"], "application/problem+json"],
    ["text/html;q=0, */*", ["html", "json"], "json"],
    ["text/html;q=0, */*", ["html"], undefined],
    ["*/*;q=0, text/html", ["json", "html"], "html"],
    ["text/*;q=0, text/html", ["text", "html"], "html"],
    ["text/html;q=0.5, text/html;q=0.9, json/x", ["html"], "html"],
    ["*/html", ["html"], undefined],
    ["text", ["html"], undefined],
    ["text/", ["html"], undefined],
    ["/html", ["html"], undefined],
    ["*", ["html"], undefined],
    ["text/html/x", ["html"], undefined],
    [RFC, ["text/plain;format=flowed", "text/plain"], "text/plain;format=flowed"],
    [RFC, ["text/html", "image/jpeg"], "image/jpeg"],
    [RFC, ["image/jpeg", "text/plain"], "text/plain"],
    [RFC, ["text/plain;format=fixed", "image/jpeg"], "image/jpeg"],
    [RFC, ["text/html", "text/plain;format=fixed"], "text/plain;format=fixed"],
    ["text/html;level=1", ["html"], undefined],
    ["text/html;level=1", ["text/html;level=2"], undefined],
    ["text/html", ["text/html;level=2"], "text/html;level=2"],
    ["application/json;charset=UTF-8", ["json"], "json"],
    ["application/json;charset=utf-16", ["json"], undefined],
    ["text/html;q=bad, application/json", ["html", "json"], "json"],
    ["text/html;constructor=1", ["html"], undefined],
  ];
  for (const [accept, offers, chosen] of cases) {
    test(`answers ${JSON.stringify(accept) ?? "no field"} with ${chosen ?? "nothing"} of ${offers.join(", ") || "nothing"}`, () => {
      assert.equal(selectMediaType(accept, offers), chosen);
    });
  }

  for (const offer of [
    "jsn",
    "",
    "__proto__",
    "constructor",
    "text/",
    "a b/c",
    "*/*",
    "text/*",
    "text/html,a/b",
  ]) {
    test(`refuses to offer ${JSON.stringify(offer)}`, () => {
      assert.throws(() => selectMediaType("*/*", [offer]), {
        name: "TypeError",
        message: /cannot be offered: expected a media type/,
      });
    });
  }

  for (const unit of ["a/b,", "*/*;q=0,", "text/html;a=1,", ",", 'text/html;a=",']) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => selectMediaType(unit.repeat(repetitions), ["html", "json"]), 300);
    });
  }
});

describe("selectLanguage", () => {
  const cases: Case[] = [
    [undefined, ["en", "de"], "en"],
    ["", ["en", "de"], undefined],
    ["*", ["en", "de"], "en"],
    ["de, en;q=0.5", ["en", "de"], "de"],
    ["de-CH, en;q=0.5", ["en", "de"], "de"],
    ["DE-ch", ["de-CH"], "de-CH"],
    ["de", ["de-CH", "en"], "de-CH"],
    ["de-CH", ["de-AT", "en"], undefined],
    ["d", ["de"], undefined],
    ["de", ["deu"], undefined],
    ["en;q=0, *", ["en-GB", "de"], "de"],
    ["en-GB;q=0, en", ["en-GB", "en-US"], "en-US"],
    ["de-CH;q=0, de", ["de"], "de"],
    ["de-CH;q=0.9, *;q=0.1", ["de"], "de"],
    ["fr-CA, *;q=0.5", ["en", "fr"], "fr"],
    ["zh-Hant-TW, zh;q=0.2, en;q=0.5", ["zh", "en"], "en"],
  ];
  for (const [header, offers, chosen] of cases) {
    test(`answers ${JSON.stringify(header) ?? "no field"} with ${chosen ?? "nothing"} of ${offers.join(", ")}`, () => {
      assert.equal(selectLanguage(header, offers), chosen);
    });
  }
});

describe("selectEncoding", () => {
  const all = ["br", "zstd", "gzip", "identity"];
  const cases: Case[] = [
    [undefined, all, "identity"],
    [undefined, ["br"], undefined],
    ["", all, "identity"],
    ["gzip, deflate, br, zstd", all, "br"],
    ["gzip", all, "gzip"],
    ["x-gzip", all, "gzip"],
    ["GZIP", all, "gzip"],
    ["gzip;q=0.5, zstd", all, "zstd"],
    ["gzip;q=0", all, "identity"],
    ["identity;q=0", all, undefined],
    ["identity;q=0, gzip;q=0.1", all, "gzip"],
    ["*;q=0", all, undefined],
    ["*;q=0, identity", all, "identity"],
    ["*", all, "br"],
    ["gzip;q=0.1, identity", all, "identity"],
    ["gzip;q=0.1", all, "gzip"],
    ["br;q=0, *", all, "zstd"],
    ["compress", all, "identity"],
  ];
  for (const [header, offers, chosen] of cases) {
    test(`answers ${JSON.stringify(header) ?? "no field"} with ${chosen ?? "nothing"} of ${offers.join(", ")}`, () => {
      assert.equal(selectEncoding(header, offers), chosen);
    });
  }
});

test("A request asks its own fields, several lines of one field taken together", () => {
  const request = parseRequest(
    "GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html;q=0.5\r\nAccept: application/json\r\n" +
      "Accept-Language: de\r\nAccept-Encoding: gzip\r\n\r\n",
  );
  assert.equal(request.accepts("html", "json"), "json");
  assert.equal(request.accepts("text/csv"), undefined);
  assert.equal(request.acceptsLanguage("en", "de"), "de");
  assert.equal(request.acceptsEncoding("br", "gzip"), "gzip");
});
