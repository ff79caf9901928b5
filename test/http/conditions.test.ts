import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isNotModified, isRangeWanted, type Validators } from "../../src/http/conditions.ts";
import { PreconditionFailed } from "../../src/http/errors.ts";
import { RequestHeaders } from "../../src/http/request-headers.ts";

const BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
const THEN = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER = "Sun, 06 Nov 1994 08:49:38 GMT";
const BOTH: Validators = { etag: '"v1"', lastModified: new Date(Date.parse(THEN) + 999) };

type Verdict = "go on" | 304 | 412;

function headersOf(fields: Record<string, string>): RequestHeaders {
  return new RequestHeaders(
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(""),
  );
}

function verdictOn(method: string, fields: Record<string, string>, validators: Validators): Verdict {
  try {
    return isNotModified({ method, headers: headersOf(fields) }, validators) ? 304 : "go on";
  } catch (error) {
    assert.ok(error instanceof PreconditionFailed);
    return 412;
  }
}

describe("isNotModified", () => {
  const cases: [fields: Record<string, string>, onGet: Verdict, onPut: Verdict, validators?: Validators][] = [
    [{}, "go on", "go on"],
    [{ "if-match": '"v1"' }, "go on", "go on"],
    [{ "if-match": '"v0", "v1"' }, "go on", "go on"],
    [{ "if-match": "*" }, "go on", "go on"],
    [{ "if-match": "*" }, "go on", "go on", {}],
    [{ "if-match": '"v0"' }, 412, 412],
    [{ "if-match": 'W/"v1"' }, 412, 412],
    [{ "if-match": '"v1"' }, 412, 412, { etag: 'W/"v1"' }],
    [{ "if-match": '"v1"' }, 412, 412, {}],
    [{ "if-match": "v1" }, 412, 412],
    [{ "if-match": "" }, 412, 412],
    [{ "if-unmodified-since": THEN }, "go on", "go on"],
    [{ "if-unmodified-since": LATER }, "go on", "go on"],
    [{ "if-unmodified-since": BEFORE }, 412, 412],
    [{ "if-unmodified-since": "whenever" }, "go on", "go on"],
    [{ "if-unmodified-since": BEFORE }, "go on", "go on", { etag: '"v1"' }],
    [{ "if-none-match": '"v1"' }, 304, 412],
    [{ "if-none-match": 'W/"v1"' }, 304, 412],
    [{ "if-none-match": '"v0", W/"v1"' }, 304, 412],
    [{ "if-none-match": '"v1"' }, 304, 412, { etag: 'W/"v1"' }],
    [{ "if-none-match": "*" }, 304, 412],
    [{ "if-none-match": '"v0"' }, "go on", "go on"],
    [{ "if-none-match": '"v1"' }, "go on", "go on", {}],
    [{ "if-modified-since": THEN }, 304, "go on"],
    [{ "if-modified-since": LATER }, 304, "go on"],
    [{ "if-modified-since": BEFORE }, "go on", "go on"],
    [{ "if-modified-since": "whenever" }, "go on", "go on"],
    [{ "if-modified-since": `${LATER}, ${LATER}` }, "go on", "go on"],
    [{ "if-modified-since": LATER }, "go on", "go on", { etag: '"v1"' }],
    // The tag decides where there is one, and what is expected comes before what is not.
    [{ "if-none-match": '"v0"', "if-modified-since": LATER }, "go on", "go on"],
    [{ "if-none-match": '"v1"', "if-modified-since": BEFORE }, 304, 412],
    [{ "if-match": '"v1"', "if-unmodified-since": BEFORE }, "go on", "go on"],
    [{ "if-match": '"v0"', "if-unmodified-since": LATER }, 412, 412],
    [{ "if-match": '"v0"', "if-none-match": '"v1"' }, 412, 412],
    [{ "if-match": '"v1"', "if-none-match": '"v1"' }, 304, 412],
    [{ "if-unmodified-since": BEFORE, "if-modified-since": LATER }, 412, 412],
    [{ "if-unmodified-since": THEN, "if-none-match": '"v1"' }, 304, 412],
  ];
  for (const [fields, onGet, onPut, validators = BOTH] of cases) {
    test(`decides on ${JSON.stringify(fields)} with ${JSON.stringify(validators)}`, () => {
      assert.equal(verdictOn("GET", fields, validators), onGet);
      assert.equal(verdictOn("HEAD", fields, validators), onGet);
      assert.equal(verdictOn("PUT", fields, validators), onPut);
    });
  }
});

describe("isRangeWanted", () => {
  const cases: [condition: string | undefined, wanted: boolean, validators?: Validators][] = [
    [undefined, true],
    ['"v1"', true],
    ['"v0"', false],
    ['W/"v1"', false],
    ['"v1"', false, { etag: 'W/"v1"' }],
    ['"v1"', false, {}],
    ['"v1", "v2"', false],
    ["*", false],
    [THEN, true],
    [LATER, false],
    [BEFORE, false],
    [THEN, false, { etag: '"v1"' }],
    ["whenever", false],
  ];
  for (const [condition, wanted, validators = BOTH] of cases) {
    test(`with If-Range ${condition ?? "missing"} and ${JSON.stringify(validators)} is ${wanted}`, () => {
      const headers = headersOf(condition === undefined ? {} : { "if-range": condition });
      assert.equal(isRangeWanted(headers, validators), wanted);
    });
  }
});
