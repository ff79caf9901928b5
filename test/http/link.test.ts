import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { checkLink } from "../../src/http/link.ts";
import { assertLinearTime } from "./linear-time.ts";

const LINKS = [
  "</style.css>; rel=preload; as=style",
  "<https://cdn.example.com>; rel=preconnect; crossorigin",
  '</a>;rel="preload";title="a, b; c"',
  '</a>; title="with \\"quotes\\""',
  "<>",
  "</a> ; rel=next ;",
  "</ü>".replace("ü", "%C3%BC"),
];

const NO_LINKS = [
  "",
  "/style.css",
  "</style.css",
  "</style.css>, </other.css>",
  "</style.css> rel=preload",
  "</a b>",
  "</a>; rel=preload\r\nset-cookie: a=b",
  "</a\r\n\r\n>",
  "</a\0>",
  '</a>; title="open',
  "</a>; =x",
  "</ü>",
  "</a>\n",
  ' </a>; title="x"',
];

describe("links", () => {
  for (const link of LINKS)
    test(`${JSON.stringify(link)} is a link`, () => assert.equal(checkLink(link), link));

  for (const link of NO_LINKS) {
    test(`${JSON.stringify(link)} is none`, () =>
      assert.throws(() => checkLink(link), /is not a link; expected a URL/));
  }

  test("What passes has no character that ends a line or a list of links", () => {
    const pieces = fc.constantFrom("<", ">", ";", ",", '"', "\\", "a", "=", " ", "\r", "\n", "\0", "é", "/");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const link = `</a>${parts.join("")}`;
        let passes = true;
        try {
          checkLink(link);
        } catch {
          passes = false;
        }
        if (passes) assert.match(link, /^[\t\x20-\x7e]*$/);
      }),
    );
  });

  test("A link has 4096 characters at most", () => {
    const link = (length: number): string => `<${"a".repeat(length - 2)}>`;
    assert.equal(checkLink(link(4096)).length, 4096);
    assert.throws(() => checkLink(link(4097)), /4096 characters at most/);
  });

  for (const unit of ["; ", ";a", ' ;a="', "\\", ";a=b ", '"\\"', "a", ";\t\t"]) {
    test(`Refusing a link of many ${JSON.stringify(unit)} takes linear time`, () => {
      const many = unit.repeat(4000 / unit.length / 8);
      assertLinearTime((repetitions) => {
        const link = `</a>${many.repeat(repetitions >= 800 ? 8 : 1)}\0`;
        for (let i = 0; i < 100; i++) assert.throws(() => checkLink(link), TypeError);
      }, 100);
    });
  }
});
