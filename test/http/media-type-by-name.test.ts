import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contentTypeByName, mediaTypeByName } from "../../src/http/media-type-by-name.ts";

describe("mediaTypeByName and contentTypeByName", () => {
  const cases: [name: string, mediaType: string | undefined, contentType: string][] = [
    ["html", "text/html", "text/html; charset=utf-8"],
    ["page.HTML", "text/html", "text/html; charset=utf-8"],
    ["json", "application/json", "application/json"],
    ["app.min.js", "text/javascript", "text/javascript; charset=utf-8"],
    ["feed.xml", "application/xml", "application/xml"],
    ["logo.svg", "image/svg+xml", "image/svg+xml"],
    ["site.webmanifest", "application/manifest+json", "application/manifest+json"],
    ["photo.jpeg", "image/jpeg", "image/jpeg"],
    ["code.wasm", "application/wasm", "application/wasm"],
    ["folder.d/readme", undefined, "application/octet-stream"],
    ["", undefined, "application/octet-stream"],
    ["name.", undefined, "application/octet-stream"],
    ["a.constructor", undefined, "application/octet-stream"],
    ["a.__proto__", undefined, "application/octet-stream"],
    ["toString", undefined, "application/octet-stream"],
    ["a.html ", undefined, "application/octet-stream"],
  ];
  for (const [name, mediaType, contentType] of cases) {
    test(`${JSON.stringify(name)} is ${contentType}`, () => {
      assert.equal(mediaTypeByName(name), mediaType);
      assert.equal(contentTypeByName(name), contentType);
    });
  }
});
