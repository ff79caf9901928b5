import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FramingFields } from "../../../src/protocol/http1/framing-fields.ts";
import { type HeadMarks, scanHead } from "../../../src/protocol/http1/head-scan.ts";
import { defaultHeadLimits } from "../../../src/protocol/http1/limits.ts";

const HEAD = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3 \r\n\r\n";

function scan(text: string, end = text.length): { end: number; marks: HeadMarks; fields: FramingFields } {
  const marks = { methodEnd: 0, pathEnd: 0, targetEnd: 0, minorVersion: 0, fieldsStart: 0 };
  const fields = new FramingFields();
  const bytes = Buffer.from(text, "latin1");
  return { end: scanHead(bytes, 0, end, defaultHeadLimits, marks, fields), marks, fields };
}

describe("scanning a head in one pass", () => {
  it("finds where the parts of a whole head lie", () => {
    const { end, marks, fields } = scan(`${HEAD}abc`);
    assert.equal(end, HEAD.length);
    assert.deepEqual(marks, { methodEnd: 4, pathEnd: 7, targetEnd: 11, minorVersion: 1, fieldsStart: 22 });
    assert.equal(fields.contentLength, 3);
  });

  it("leaves every head that is not whole to the parser's states", () => {
    for (let end = 0; end < HEAD.length; end++) assert.equal(scan(HEAD, end).end, -1, `${end} bytes`);
  });

  const odd = {
    "an empty line first": `\r\n${HEAD}`,
    "another version": HEAD.replace("1.1", "2.0"),
    "a control character in a value": HEAD.replace("x", "x\x01"),
    "a bare line feed": HEAD.replace("x\r\n", "x\n"),
    "a repeated length": HEAD.replace("Host: x", "Content-Length: 3"),
    "no target": HEAD.replace("/a?b=c", ""),
    "a space before the colon": HEAD.replace("Host:", "Host :"),
    "more fields than allowed": HEAD.replace("Host: x\r\n", `${"a: b\r\n".repeat(100)}`),
    "a long target": HEAD.replace("/a", `/${"a".repeat(8192)}`),
    "long fields": HEAD.replace("Host: x", `Host: x\r\na: ${"a".repeat(16384)}`),
  };
  for (const [title, head] of Object.entries(odd)) {
    it(`leaves ${title} to the parser's states`, () => assert.equal(scan(head).end, -1));
  }
});
