import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MIMEType } from "node:util";
import fc from "fast-check";
import { parseMediaType } from "../../src/http/media-type.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_406;
const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe("parseMediaType", () => {
  const accepted: [text: string, essence: string, parameters: [string, string][]][] = [
    ["text/html", "text/html", []],
    ["TEXT/Html", "text/html", []],
    ["*/*", "*/*", []],
    ["application/vnd.api+json", "application/vnd.api+json", []],
    [" \ttext/html\t ", "text/html", []],
    ["text/html;charset=utf-8", "text/html", [["charset", "utf-8"]]],
    ["text/html \t;\t CharSet=UTF-8 \t", "text/html", [["charset", "UTF-8"]]],
    ['text/html; charset="utf-8"', "text/html", [["charset", "utf-8"]]],
    ["text/html; charset=a; charset=b; CHARSET=c", "text/html", [["charset", "a"]]],
    ["text/html;", "text/html", []],
    [
      "text/html ; ;; a=1;\t;b=2;",
      "text/html",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ['a/b; c=""', "a/b", [["c", ""]]],
    [
      'a/b; c="d;e=f,\tg"; h=i',
      "a/b",
      [
        ["c", "d;e=f,\tg"],
        ["h", "i"],
      ],
    ],
    [String.raw`a/b; c="d\"e\\f\g"`, "a/b", [["c", 'd"e\\fg']]],
    ['a/b; c="\xe9\xff"', "a/b", [["c", "\xe9\xff"]]],
    ["multipart/form-data; boundary=----a'b", "multipart/form-data", [["boundary", "----a'b"]]],
  ];
  for (const [text, essence, parameters] of accepted) {
    test(`reads ${JSON.stringify(text)}`, () => {
      const mediaType = parseMediaType(text);
      assert.ok(mediaType);
      assert.equal(mediaType.essence, essence);
      assert.equal(`${mediaType.type}/${mediaType.subtype}`, essence);
      assert.deepEqual([...mediaType.parameters], parameters);
    });
  }

  const refused = [
    ...[
      "",
      " ",
      "text",
      "/",
      "text/",
      "/html",
      "text /html",
      "text/ html",
      "text//html",
      "text/html/x",
      "text\\html",
    ],
    ...["text/html, text/plain", "text/html charset=utf-8", "text/html,", "text/html=a", "text/ht\u00fcml"],
    ...[
      "a/b;c",
      "a/b;=",
      "a/b;=d",
      "a/b;c=",
      "a/b;c= ",
      "a/b;c =d",
      "a/b;c= d",
      "a/b;c=d e",
      "a/b;c=d=e",
      "a/b;c=;d=e",
    ],
    ...[
      'a/b;c="',
      'a/b;c="d',
      'a/b;c="d\\',
      'a/b;c="d\\"',
      'a/b;c="d"e',
      'a/b;c=d"e"',
      'a/b;"c"=d',
      "a/b;c='d e'",
    ],
    ...[
      'a/b;c="\n"',
      'a/b;c="\\\n"',
      'a/b;c="\x7f"',
      "a/b\n",
      "\na/b",
      "a/b;c=d\r\n",
      'a/b;c="\u0100"',
      "a/b\0",
    ],
    ...["\u00a0a/b", "a/b\u00a0", "a/b;\u00a0c=d", "a/b;\vc=d", "\ufeffa/b", "a/b;c=\u00e9"],
  ];
  for (const text of refused) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseMediaType(text), undefined);
    });
  }

  test("gives the charset in lower case, undefined when there is none", () => {
    assert.equal(parseMediaType("text/html; charset=UTF-8")?.charset, "utf-8");
    assert.equal(parseMediaType('text/html; CHARSET="Latin1"')?.charset, "latin1");
    assert.equal(parseMediaType("text/html; x=y")?.charset, undefined);
    assert.equal(parseMediaType("text/html")?.charset, undefined);
  });

  test("accepts exactly the token characters in types and names", () => {
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      const isToken = TOKEN_CHARACTERS.includes(character);
      assert.equal(parseMediaType(`a${character}a/b`) !== undefined, isToken);
      assert.equal(parseMediaType(`a/b${character}b`) !== undefined, isToken);
      assert.equal(parseMediaType(`a/b;c${character}c=d`) !== undefined, isToken);
      assert.equal(parseMediaType(`a/b;c=d${character}d`) !== undefined, isToken);
    }
  });

  test("accepts tabs and everything visible within quotes, controls and wide characters never", () => {
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      const isText = code === 0x09 || (code >= 0x20 && code <= 0xff && code !== 0x7f);
      const isPlain = isText && character !== '"' && character !== "\\";
      assert.equal(
        parseMediaType(`a/b;c="x${character}x"`)?.parameters.get("c"),
        isPlain ? `x${character}x` : character === "\\" ? "xx" : undefined,
      );
      assert.equal(
        parseMediaType(`a/b;c="x\\${character}x"`)?.parameters.get("c"),
        isText ? `x${character}x` : undefined,
      );
    }
  });

  const token = fc.string({ unit: fc.constantFrom(...TOKEN_CHARACTERS), minLength: 1, maxLength: 6 });
  const blanks = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 3 });
  const parameter = fc.record({
    name: fc.oneof(token, fc.constantFrom("charset", "CharSet", "__proto__", "constructor", "toString")),
    value: fc.oneof(token, fc.string({ unit: fc.constantFrom(...'aB0";\\ ,=/\t\xe9'), maxLength: 8 })),
    before: blanks,
    after: blanks,
    isQuoted: fc.boolean(),
  });

  test("reads back whatever spelling of type, parameters, quotes and blanks is written", () => {
    fc.assert(
      fc.property(
        token,
        token,
        fc.array(parameter, { maxLength: 5 }),
        blanks,
        (type, subtype, parameters, edge) => {
          const expected = new Map<string, string>();
          let text = `${edge}${type}/${subtype}`;
          for (const { name, value, before, after, isQuoted } of parameters) {
            const mustQuote = isQuoted || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(value);
            const written = mustQuote ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : value;
            text += `${before};${after}${name}=${written}`;
            if (!expected.has(name.toLowerCase())) expected.set(name.toLowerCase(), value);
          }
          const mediaType = parseMediaType(text + edge);
          assert.equal(mediaType?.type, type.toLowerCase());
          assert.equal(mediaType.subtype, subtype.toLowerCase());
          assert.deepEqual([...mediaType.parameters], [...expected]);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test("agrees with the MIME sniffing standard wherever it accepts at all", () => {
    const piece = fc.constantFrom(...'aZ*/;;="\\ \t,é', "charset=", 'x="y"', "; ", "a/b");
    let compared = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `a/b${pieces.join("")}`;
        const mediaType = parseMediaType(text);
        if (mediaType === undefined) return;
        compared++;
        const standard = new MIMEType(text.replaceAll("\t;", ";").trim());
        assert.equal(mediaType.essence, standard.essence);
        for (const [name, value] of standard.params) assert.equal(mediaType.parameters.get(name), value);
      }),
      { seed: SEED, numRuns: 5000 },
    );
    assert.ok(compared > 200, `only ${compared} texts were compared`);
  });

  test("treats special names as data", () => {
    const plain = parseMediaType("a/b");
    const named = parseMediaType("a/b; __proto__=1; constructor=2; toString=3; hasOwnProperty=4");
    for (const name of ["__proto__", "constructor", "tostring", "hasownproperty"]) {
      assert.equal(plain?.parameters.has(name), false);
      assert.equal(named?.parameters.has(name), true);
    }
  });

  const hostile: [start: string, unit: string, end: string][] = [
    ["", "a", ""],
    ["", " ", ""],
    ["a/b", " ", "x"],
    ["a/b", ";", "x"],
    ["a/b", " ; ", "x"],
    ["a/b", ";a=b", ""],
    ["a/b", ';a="', ""],
    ["a/b", ';a=""', "x"],
    ['a/b;a="', "\\\\", '"'],
    ['a/b;a="', '\\"', ""],
  ];
  for (const [start, unit, end] of hostile) {
    test(`takes linear time for ${JSON.stringify(start)} and repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => parseMediaType(start + unit.repeat(repetitions) + end));
    });
  }
});
