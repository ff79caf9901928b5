import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Extension,
  formatExtension,
  parseExtensions,
} from "../../../src/protocol/websocket/extension-list.ts";
import { assertLinearTime } from "../../http/linear-time.ts";

const extension = (name: string, ...parameters: Extension["parameters"][number][]): Extension => ({
  name,
  parameters,
});

describe("parseExtensions", () => {
  const sound: readonly (readonly [field: string, extensions: Extension[]])[] = [
    ["foo", [extension("foo")]],
    ["foo, bar;baz", [extension("foo"), extension("bar", ["baz", undefined])]],
    ["foo;a=1;b", [extension("foo", ["a", "1"], ["b", undefined])]],
    [" foo ; a=1 \t; b , bar ", [extension("foo", ["a", "1"], ["b", undefined]), extension("bar")]],
    ['foo;a="10"', [extension("foo", ["a", "10"])]],
    ['foo;a="1\\0"', [extension("foo", ["a", "10"])]],
    [",foo,,bar,", [extension("foo"), extension("bar")]],
    ["foo;a=1;a=2", [extension("foo", ["a", "1"], ["a", "2"])]],
    ["__proto__;constructor=x", [extension("__proto__", ["constructor", "x"])]],
  ];
  for (const [field, extensions] of sound) {
    it(`reads ${JSON.stringify(field)}`, () => assert.deepEqual(parseExtensions(field), extensions));
  }

  const malformed = [
    "",
    ",",
    " ",
    ";",
    "foo;",
    "foo;;a",
    "foo;a=",
    "foo;=1",
    "foo;a=1=2",
    'foo;a="',
    'foo;a="1',
    'foo;a=""',
    'foo;a="1 2"',
    'foo;a="1\\',
    'foo;a="1"2',
    "foo;a= 1",
    "foo;a =1",
    "foo bar",
    "foo;a b",
    "f\u00f6\u00f6",
    "foo;a=\u00e9",
    "foo/1",
    "foo\nbar",
    "foo;a=1,;b",
  ];
  for (const field of malformed) {
    it(`refuses ${JSON.stringify(field)}`, () => assert.equal(parseExtensions(field), undefined));
  }

  it("reads back what is written", () => {
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/);
    const parameter = fc.tuple(token, fc.option(token, { nil: undefined }));
    const any = fc.record({ name: token, parameters: fc.array(parameter, { maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (extensions) => {
        const field = extensions.map(formatExtension).join(", ");
        assert.deepEqual(JSON.stringify(parseExtensions(field)), JSON.stringify(extensions));
      }),
    );
  });

  it("takes linear time", () => {
    for (const piece of ["a,", ";", "a;a=1", 'a;a="', "\\", ", ", "\t", 'a="\\']) {
      assertLinearTime((repetitions) => parseExtensions(piece.repeat(repetitions)));
      assertLinearTime((repetitions) => parseExtensions(`a;b="${piece.repeat(repetitions)}`));
    }
  });
});
