import assert from "node:assert/strict";
import { test } from "node:test";
import { SetupError } from "../../src/http/setup-error.ts";
import { reservedParameterNames } from "../../src/routing/parameter.ts";
import { parsePattern, type Segment } from "../../src/routing/pattern.ts";

function describe(segment: Segment): string {
  return segment.kind === "literal"
    ? `"${segment.text}"`
    : `${segment.name}${segment.optional ? "?" : ""}=${segment.converter.name}`;
}

const patterns: [path: string, segments: string[], trailingSlash?: boolean][] = [
  ["/", []],
  ["/a", ['"a"']],
  ["/a/", ['"a"'], true],
  ["/a/b.txt", ['"a"', '"b.txt"']],
  ["/<id>", ["id=str"]],
  ["/<id:str>", ["id=str"]],
  ["/:id", ["id=str"]],
  ["/users/<id:int>/posts/<post:slug>/", ['"users"', "id=int", '"posts"', "post=slug"], true],
  ["/<file:path>", ["file=path"]],
  ["/<_a1:uuid>/:B2", ["_a1=uuid", "B2=str"]],
  ["/<constructor>/<toString>/<hasOwnProperty>", ["constructor=str", "toString=str", "hasOwnProperty=str"]],
  ["/a:b/c:", ['"a:b"', '"c:"']],
  ["/%3Aa/%3Cb%3E", ['":a"', '"<b>"']],
  ["/café", ['"café"']],
  ["/caf%C3%A9", ['"café"']],
  ["/caf%c3%a9", ['"café"']],
  ["/%61", ['"a"']],
  ["/a%2Fb", ['"a/b"']],
  ["/100%25", ['"100%"']],
  ["/hello world", ['"hello world"']],
  ["/./..", ['"."', '".."']],
  ["/*", ['"*"']],
  ["/<a?>", ["a?=str"]],
  ["/:a?", ["a?=str"]],
  ["/<a?:int>/", ["a?=int"], true],
  ["/<a?:path>", ["a?=path"]],
  ["/<a:ext>", ["a=str:ext"]],
  ["/<a=int:ext=png|jpg>", ["a=int:ext=jpg|png"]],
  ["/<a=int?:ext=tar.gz>", ["a?=int:ext=tar.gz"]],
  ["/<a:[a-z]{2}-\\d+>/b", ["a=[a-z]{2}-\\d+", '"b"']],
  ["/<a:[^/]+>/b", ["a=[^/]+", '"b"']],
  ["/<a:[/<>]+>/b", ["a=[/<>]+", '"b"']],
  ["/<a:v(?<a>\\d+)>/b", ["a=v(?<a>\\d+)", '"b"']],
  ["/<a:x\\/y>", ["a=x\\/y"]],
  ["/b/<a:\\d+/\\d+>", ['"b"', "a=\\d+/\\d+"]],
  ["/<a:(?:x|y):z>", ["a=(?:x|y):z"]],
  ["/a;b=1,2@c+d", ['"a;b=1,2@c+d"']],
];

for (const [path, segments, trailingSlash = false] of patterns) {
  test(`The pattern ${path} has the segments ${segments.join(" ") || "(none)"}`, () => {
    const pattern = parsePattern(path);
    assert.deepEqual(pattern.segments.map(describe), segments);
    assert.equal(pattern.source, path);
    assert.equal(pattern.trailingSlash, trailingSlash);
    const names = pattern.segments.flatMap((segment) => (segment.kind === "parameter" ? [segment.name] : []));
    assert.deepEqual(
      pattern.parameters.map(({ name }) => name),
      names,
    );
  });
}

const spellings: [path: string, encoded: string][] = [
  ["/café", "caf%C3%A9"],
  ["/caf%c3%a9", "caf%C3%A9"],
  ["/%61", "a"],
  ["/a%2fb", "a%2Fb"],
  ["/100%25", "100%25"],
  ["/a%3Fb%23c", "a%3Fb%23c"],
  ["/hello world", "hello%20world"],
  ["/a;b=1,2@c+d:$&!'()*~", "a;b=1,2@c+d:$&!'()*~"],
];

for (const [path, encoded] of spellings) {
  test(`The literal of ${path} is spelled ${encoded}`, () => {
    const [segment] = parsePattern(path).segments;
    assert.ok(segment?.kind === "literal");
    assert.equal(segment.encoded, encoded);
    assert.equal(decodeURIComponent(segment.encoded), segment.text);
  });
}

const mistakes: [path: string, message: RegExp][] = [
  ["", /does not start with a slash/],
  ["a/b", /write "\/a\/b"/],
  ["//", /empty segment/],
  ["/a//b", /empty segment/],
  ["/a//", /empty segment/],
  ["/a-<x>", /covers a whole segment/],
  ["/<x>.json", /covers a whole segment/],
  ["/<x><y>", /covers a whole segment/],
  ["/<x", /do not pair up/],
  ["/x>", /do not pair up/],
  ["/>x<", /do not pair up/],
  ["/<<x>>", /do not pair up/],
  ["/<a/b>", /do not pair up/],
  ["/<x>/<y", /do not pair up/],
  ["/<>", /"" cannot name a parameter/],
  ["/:", /"" cannot name a parameter/],
  ["/<:str>", /"" cannot name a parameter/],
  ["/<1a>", /"1a" cannot name/],
  ["/<a-b>", /"a-b" cannot name/],
  ["/< a>", /cannot name/],
  ["/<é>", /cannot name/],
  ["/:id:int", /write "<id:int>" to give a type/],
  ["/<a:str:int>", /more than one colon/],
  ["/<__proto__>", /starts with "__"/],
  ["/:__x", /starts with "__"/],
  ["/<a>/<a:int>", /two parameters are called "a"/],
  ["/<a:path>/b", /rest of the path/],
  ["/<a:path>/<b>", /rest of the path/],
  ["/<a:>", /no parameter type ""\./],
  ["/<a:Int>", /Did you mean "int"/],
  ["/<a:uid>", /Did you mean "uuid"/],
  ["/<a:flaot>", /Did you mean "float"/],
  ["/<a:string>", /Did you mean "str"/],
  ["/<a:number>", /Did you mean "float"/],
  [
    "/<a:regex>",
    /no parameter type "regex"\. The types are alpha, bigint, ext, float, int, path, slug, str, uuid, ymd, and regular/,
  ],
  ["/<a:strorempty>", /make the parameter optional: "<name\?>"/],
  ["/<a:int?>", /the question mark belongs to the name; write "<a\?:int>"/],
  ["/<a:ext?>", /write "<a\?:ext>"/],
  ["/<a?>/b", /only the last segment can be optional/],
  ["/:a?/b", /only the last segment can be optional/],
  ["/<a??>", /"a\?" cannot name/],
  ["/<a=int>", /only file names have a type of their name/],
  ["/<a=int=int:ext>", /more than one "="/],
  ["/<a=nonsense:ext>", /no parameter type "nonsense"/],
  ["/<a=path:ext>", /one segment/],
  ["/<a:ext=>", /"" is no extension/],
  ["/<a:ext=jpg|>", /"" is no extension/],
  ["/<a:ext=JPG>", /"JPG" is no extension/],
  ["/<a:ext=.jpg>", /"\.jpg" is no extension/],
  ["/<a:ext=a..b>", /is no extension/],
  ["/<a:ext=gz|tar.gz>", /differ in their points/],
  ["/<a:(>", /unterminated group/],
  ["/<a:[b-a]>", /out of order/],
  ["/<a:(?=a)b>", /linear time/],
  ["/<a:(?!a)b>", /linear time/],
  ["/<a:(?<=a)b>", /linear time/],
  ["/<a:(?<!a)b>", /linear time/],
  ["/<a:(a)\\1>", /"\\1"/],
  ["/<a:\\bx>", /"\\b"/],
  ["/<a:\\p{L}+>", /"\\p"/],
  ["/<a:a^b>", /"\^" inside/],
  ["/<a:a$b>", /"\$" inside/],
  ["/<a:(b)(c)>", /more than one group/],
  ["/<a:(b)?c>", /may be missing or repeated/],
  ["/<a:(b)|c>", /may be missing or repeated/],
  ["/<a:(?<other>b)>", /its group is called "other"; call it "a"/],
  ["/<a:[a-z]{1000}>", /too large/],
  ["/<a:(?:[a-z]{30}){30}>", /too large/],
  ["/<a:b+/c>/d", /rest of the path/],
  ["/<a:[<>]", /do not pair up/],
  ["/<a:constructor>", /no parameter type "constructor"\. The/],
  ["/a?b=1", /neither query nor fragment/],
  ["/a#b", /neither query nor fragment/],
  ["/100%", /write "%25"/],
  ["/%zz", /"%zz" is not a percent sign/],
  ["/%ff", /not UTF-8/],
  ["/\ud800", /surrogate/],
];

for (const [path, message] of mistakes) {
  test(`The path ${JSON.stringify(path)} is refused with an explanation that names it`, () => {
    assert.throws(
      () => parsePattern(path),
      (error) => {
        assert.ok(error instanceof SetupError);
        assert.match(error.message, message);
        assert.ok(error.message.includes(`"${path}"`), error.message);
        return true;
      },
    );
  });
}

for (const name of ["body", "query", "headers", "cookies", "form"]) {
  test(`No parameter may be called ${name}, which the arguments of a handler have a use for`, () => {
    assert.ok(reservedParameterNames.has(name));
    assert.throws(() => parsePattern(`/<${name}>`), /reserved/);
    assert.throws(() => parsePattern(`/:${name}`), /reserved/);
    assert.equal(parsePattern(`/<${name}s>`).parameters[0]?.name, `${name}s`);
  });
}
