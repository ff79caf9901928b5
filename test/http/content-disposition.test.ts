import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatContentDisposition } from "../../src/http/content-disposition.ts";
import { parseParameters } from "../../src/http/parameters.ts";
import { checkFieldValue } from "../../src/http/response-headers.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_416;

describe("formatContentDisposition", () => {
  const cases: [filename: string, value: string][] = [
    ["", "attachment"],
    ["report.pdf", 'attachment; filename="report.pdf"'],
    ["my report (1).pdf", 'attachment; filename="my report (1).pdf"'],
    ["naïve.txt", `attachment; filename="na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt`],
    ["€ rates.csv", `attachment; filename="_ rates.csv"; filename*=UTF-8''%E2%82%AC%20rates.csv`],
    ["日本.txt", `attachment; filename="__.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`],
    ["🚀.bin", `attachment; filename="_.bin"; filename*=UTF-8''%F0%9F%9A%80.bin`],
    ['say "hi".txt', `attachment; filename="say _hi_.txt"; filename*=UTF-8''say%20%22hi%22.txt`],
    ["100%25.txt", `attachment; filename="100_25.txt"; filename*=UTF-8''100%2525.txt`],
    ["it's*.txt", `attachment; filename="it's_.txt"; filename*=UTF-8''it%27s%2A.txt`],
    [
      "a\r\nset-cookie: x=1.txt",
      `attachment; filename="a__set-cookie_ x=1.txt"; filename*=UTF-8''a__set-cookie%3A%20x%3D1.txt`,
    ],
    ["../../etc/passwd", 'attachment; filename=".._.._etc_passwd"'],
    ["C:\\a.txt", `attachment; filename="C__a.txt"; filename*=UTF-8''C%3A_a.txt`],
    ["a\0b", 'attachment; filename="a_b"'],
    ["invoice\u202Efdp.exe", 'attachment; filename="invoice_fdp.exe"'],
    ["half \ud83d.txt", `attachment; filename="half _.txt"; filename*=UTF-8''half%20%EF%BF%BD.txt`],
  ];
  for (const [filename, value] of cases) {
    test(`writes ${JSON.stringify(filename)}`, () => {
      assert.equal(formatContentDisposition("attachment", filename), value);
    });
  }

  test("can show instead of saving", () => {
    assert.equal(formatContentDisposition("inline", "a.txt"), 'inline; filename="a.txt"');
    assert.equal(formatContentDisposition("inline"), "inline");
  });

  test("any name can be sent, and reads back as itself but for what no file's name should have", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), (filename) => {
        const value = checkFieldValue(
          "content-disposition",
          formatContentDisposition("attachment", filename),
        );
        const parameters = parseParameters(value, "attachment".length);
        const extended = parameters?.get("filename*");
        const read =
          extended === undefined
            ? parameters?.get("filename")
            : decodeURIComponent(extended.slice("UTF-8''".length));
        const expected = Buffer.from(filename)
          .toString()
          .replaceAll(/[\p{Cc}\p{Bidi_Control}/\\]/gu, "_");
        assert.equal(read, expected);
        assert.match(parameters?.get("filename") ?? "", /^[ -~]*$/);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  for (const unit of ['"', "\r\n", "é", "a", "\ud83d"]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => formatContentDisposition("attachment", unit.repeat(repetitions)));
    });
  }
});
