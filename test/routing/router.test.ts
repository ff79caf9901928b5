import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { BadRequest } from "../../src/http/errors.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { type RouteOptions, Router } from "../../src/routing/router.ts";
import { Walk } from "../../src/routing/walk.ts";

type Definition = string | [definition: string, options: RouteOptions];

/** A router whose values are what was registered: `"/a"`, or `"POST,PUT /a"` for methods other than GET. */
function routerOf(...definitions: Definition[]): Router<string> {
  const router = new Router<string>();
  for (const definition of definitions) {
    const [text, options] = typeof definition === "string" ? [definition, {}] : definition;
    const { method: methods, path } = split(text);
    router.add(methods.split(","), path, text, options);
  }
  return router;
}

/** `"/a"` means GET, `"POST /a"` what it says. */
function split(text: string): { method: string; path: string } {
  const space = text.startsWith("/") ? -1 : text.indexOf(" ");
  return { method: text.slice(0, Math.max(space, 0)) || "GET", path: text.slice(space + 1) };
}

type Expected = string | null | [value: string, parameters: Record<string, unknown>];
interface Case {
  title: string;
  routes: Definition[];
  /** Request path (or method and path) → the value found, with its parameters, or null for 404. */
  finds: Record<string, Expected>;
}

const id = "0f8fad5b-d9cb-469f-a165-70867728950e";

const cases: Case[] = [
  {
    title: "A pattern without parameters beats every other",
    routes: ["/<a:path>", "/<a>/b", "/a/<b>", "/a/b"],
    finds: {
      "/a/b": "/a/b",
      "/a/c": ["/a/<b>", { b: "c" }],
      "/c/b": ["/<a>/b", { a: "c" }],
      "/c/c": ["/<a:path>", { a: "c/c" }],
    },
  },
  {
    title: "More specific types are tried first, whatever the order of registration",
    routes: [
      "/<x:path>",
      "/<x>",
      "/<x:slug>",
      "/<x:alpha>",
      "/<x:float>",
      "/<x:int>",
      "/<x:ymd>",
      "/<x:uuid>",
      "/lit",
    ],
    finds: {
      "/lit": "/lit",
      [`/${id}`]: ["/<x:uuid>", { x: id }],
      "/2024-02-29": ["/<x:ymd>", { x: new Date("2024-02-29T00:00:00Z") }],
      "/2023-02-29": ["/<x:slug>", { x: "2023-02-29" }],
      "/12": ["/<x:int>", { x: 12 }],
      "/9007199254740992": ["/<x:float>", { x: 9007199254740992 }],
      "/1.5": ["/<x:float>", { x: 1.5 }],
      "/Lit": ["/<x:alpha>", { x: "Lit" }],
      "/l-1": ["/<x:slug>", { x: "l-1" }],
      "/L-1": ["/<x>", { x: "L-1" }],
      "/lit/x": ["/<x:path>", { x: "lit/x" }],
    },
  },
  {
    title: "A branch that leads nowhere is left for the next one",
    routes: ["/a/<x:int>/y", "/a/<x>/z", "/<w>/1/q", "/<rest:path>"],
    finds: {
      "/a/1/y": ["/a/<x:int>/y", { x: 1 }],
      "/a/1/z": ["/a/<x>/z", { x: "1" }],
      "/a/1/q": ["/<w>/1/q", { w: "a" }],
      "/a/1/nothing": ["/<rest:path>", { rest: "a/1/nothing" }],
    },
  },
  {
    title: "Of two path routes the one with the longer literal prefix wins",
    routes: ["/<file:path>", "/files/<file:path>", "/files/images/<file:path>", "/<top>/images/<file:path>"],
    finds: {
      "/files/images/a/b": ["/files/images/<file:path>", { file: "a/b" }],
      "/files/a/b": ["/files/<file:path>", { file: "a/b" }],
      "/other/images/a": ["/<top>/images/<file:path>", { top: "other", file: "a" }],
      "/files": ["/<file:path>", { file: "files" }],
      "/filesystem": ["/<file:path>", { file: "filesystem" }],
    },
  },
  {
    title: "A path parameter takes one character or more, slashes included",
    routes: ["/files/<file:path>"],
    finds: {
      "/files": null,
      "/files/": null,
      "/files/a": ["/files/<file:path>", { file: "a" }],
      "/files/a/": ["/files/<file:path>", { file: "a/" }],
      "/files//": ["/files/<file:path>", { file: "/" }],
      "/files//a": ["/files/<file:path>", { file: "/a" }],
      "/files/../a": ["/files/<file:path>", { file: "../a" }],
      "/files/%2e%2e%2Fa": ["/files/<file:path>", { file: "../a" }],
    },
  },
  {
    title: "A route that is not strict answers with one slash at the end and without",
    routes: ["/", "/a", "/b/", "/c/<x>", "/d/<x:int>/"],
    finds: {
      "/": "/",
      "//": null,
      "/a": "/a",
      "/a/": "/a",
      "/a//": null,
      "/b": "/b/",
      "/b/": "/b/",
      "/c/1": ["/c/<x>", { x: "1" }],
      "/c/1/": ["/c/<x>", { x: "1" }],
      "/c/1//": null,
      "/c/": null,
      "/c//": null,
      "/d/1": ["/d/<x:int>/", { x: 1 }],
      "/d/1/": ["/d/<x:int>/", { x: 1 }],
    },
  },
  {
    title: "Strict routes with and without a slash at the end are two routes",
    routes: [
      ["/", { strictSlashes: true }],
      ["/a", { strictSlashes: true }],
      ["/a/", { strictSlashes: true }],
      ["/b/", { strictSlashes: true }],
      ["/c/<x>", { strictSlashes: true }],
      ["/d/<x>/", { strictSlashes: true }],
    ],
    finds: {
      "/": "/",
      "/a": "/a",
      "/a/": "/a/",
      "/b": null,
      "/b/": "/b/",
      "/c/1": ["/c/<x>", { x: "1" }],
      "/c/1/": null,
      "/d/1": null,
      "/d/1/": ["/d/<x>/", { x: "1" }],
    },
  },
  {
    title: "Literals are compared percent-decoded, in any spelling",
    routes: ["/café", "/a%2Fb", "/a/b", "/100%25/<x>", "/hello world", "/~u;p=1"],
    finds: {
      "/caf%C3%A9": "/café",
      "/caf%c3%a9/": "/café",
      "/%63af%C3%a9": "/café",
      "/Caf%C3%A9": null,
      "/caf%C3%89": null,
      "/caf%E9": null,
      "/a%2Fb": "/a%2Fb",
      "/a%2fb": "/a%2Fb",
      "/%61%2f%62": "/a%2Fb",
      "/a/b": "/a/b",
      "/%61/%62": "/a/b",
      "/a%252Fb": null,
      "/100%25/1": ["/100%25/<x>", { x: "1" }],
      "/%31%30%30%25/1": ["/100%25/<x>", { x: "1" }],
      "/100%2525/1": null,
      "/100%/1": null,
      "/hello%20world": "/hello world",
      "/hello+world": null,
      "/~u;p=1": "/~u;p=1",
      "/%7Eu%3Bp%3D1": "/~u;p=1",
    },
  },
  {
    title: "One path has one meaning, however it is spelled",
    routes: ["/admin", "/admin/<x>"],
    finds: {
      "/admin": "/admin",
      "/%61dmin": "/admin",
      "/%61%64%6d%69%6E": "/admin",
      "/Admin": null,
      "/ADMIN": null,
      "/administrator": null,
      "/admi": null,
      "//admin": null,
      "/./admin": null,
      "/x/../admin": null,
      "/admin;x": null,
      "/admin%00": null,
      "/admin%5C": null,
      "/admin\\": null,
      "/admin%2F": null,
      "/admin%2Fx": null,
      "/admin%3B": null,
      "/admin/%61": ["/admin/<x>", { x: "a" }],
      "/admin/%2F": ["/admin/<x>", { x: "/" }],
      "/admin/a%2fb": ["/admin/<x>", { x: "a/b" }],
      "/admin/%5C": ["/admin/<x>", { x: "\\" }],
      "/admin/%00": ["/admin/<x>", { x: "\0" }],
      "/admin/;x": ["/admin/<x>", { x: ";x" }],
      "/admin/.": ["/admin/<x>", { x: "." }],
      "/admin/../": ["/admin/<x>", { x: ".." }],
      "/admin/%252e": ["/admin/<x>", { x: "%2e" }],
      "/admin/+": ["/admin/<x>", { x: "+" }],
      "/admin//": null,
      "/admin//x": null,
    },
  },
  {
    title: "Types are tested on the decoded segment",
    routes: ["/i/<x:int>", "/u/<x:uuid>", "/s/<x:slug>", "/d/<x:ymd>", "/i/<x:alpha>"],
    finds: {
      "/i/%31": ["/i/<x:int>", { x: 1 }],
      "/i/%2D1": ["/i/<x:int>", { x: -1 }],
      "/i/%61": ["/i/<x:alpha>", { x: "a" }],
      "/i/%zz": null,
      "/i/1%00": null,
      "/u/0F8FAD5B%2dd9cb-469f-a165-70867728950e": ["/u/<x:uuid>", { x: id }],
      "/s/a%2Db": ["/s/<x:slug>", { x: "a-b" }],
      "/s/a%2Fb": null,
      "/d/2024%2D02-29": ["/d/<x:ymd>", { x: new Date("2024-02-29T00:00:00Z") }],
    },
  },
  {
    title: "With decode: false str and path arrive as sent, and the other types as ever",
    routes: [
      ["/s/<x>", { decode: false }],
      ["/p/<x:path>", { decode: false }],
      ["/i/<x:int>", { decode: false }],
      ["/g/<x:slug>", { decode: false }],
    ],
    finds: {
      "/s/a%2fb": ["/s/<x>", { x: "a%2fb" }],
      "/s/%zz": ["/s/<x>", { x: "%zz" }],
      "/p/a%2Fb/c": ["/p/<x:path>", { x: "a%2Fb/c" }],
      "/i/%31": ["/i/<x:int>", { x: 1 }],
      "/g/%61": ["/g/<x:slug>", { x: "a" }],
    },
  },
  {
    title: "Names of Object.prototype are names like others",
    routes: [
      "/constructor",
      "/toString/<hasOwnProperty>",
      "/x/<constructor>/<toString:int>",
      "/__proto__/<valueOf>",
    ],
    finds: {
      "/constructor": "/constructor",
      "/toString": null,
      "/hasOwnProperty": null,
      "/__proto__": null,
      "/__proto__/__proto__": ["/__proto__/<valueOf>", { valueOf: "__proto__" }],
      "/toString/valueOf": ["/toString/<hasOwnProperty>", { hasOwnProperty: "valueOf" }],
      "/x/a/1": ["/x/<constructor>/<toString:int>", { constructor: "a", toString: 1 }],
      "constructor /constructor": "405 GET,HEAD,OPTIONS",
      "__proto__ /toString/a": "405 GET,HEAD,OPTIONS",
    },
  },
  {
    title: "The first pattern that has the method answers, even behind a more definite one without it",
    routes: ["/a", "POST /<x>", "PUT,PATCH /<x:alpha>", "DELETE /<x:path>", "POST /b/<x:int>", "PUT /b/<x>"],
    finds: {
      "/a": "/a",
      "POST /a": ["POST /<x>", { x: "a" }],
      "PUT /a": ["PUT,PATCH /<x:alpha>", { x: "a" }],
      "PATCH /a/": ["PUT,PATCH /<x:alpha>", { x: "a" }],
      "DELETE /a": ["DELETE /<x:path>", { x: "a" }],
      "DELETE /a/": ["DELETE /<x:path>", { x: "a/" }],
      "POST /b/1": ["POST /b/<x:int>", { x: 1 }],
      "PUT /b/1": ["PUT /b/<x>", { x: "1" }],
      "QUERY /a": "405 DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
      "QUERY /1": "405 DELETE,OPTIONS,POST",
      "get /a": "405 DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
      "OPTIONS /b/x": "405 DELETE,OPTIONS,PUT",
      "QUERY /b/1/2": "405 DELETE,OPTIONS",
    },
  },
  {
    title: "HEAD is answered where GET is, by its own route if there is one",
    routes: ["/a", "/b", "HEAD /b", "POST /c", "HEAD /d", "HEAD /<x>", "OPTIONS /e"],
    finds: {
      "HEAD /a": "/a",
      "HEAD /b": "HEAD /b",
      "/b": "/b",
      "HEAD /c": ["HEAD /<x>", { x: "c" }],
      "HEAD /d": "HEAD /d",
      "/d": "405 HEAD,OPTIONS",
      "OPTIONS /e": "OPTIONS /e",
      "POST /e": "405 HEAD,OPTIONS",
      "POST /a": "405 GET,HEAD,OPTIONS",
    },
  },
  {
    title: "Routes of one shape may have different methods and names",
    routes: ["/<a>/<b:int>", "POST /<c>/<d:int>/"],
    finds: {
      "/x/1": ["/<a>/<b:int>", { a: "x", b: 1 }],
      "POST /x/1": ["POST /<c>/<d:int>/", { c: "x", d: 1 }],
    },
  },
  {
    title: "What is not a path is not found",
    routes: ["/", "/<x:path>", "/a", "OPTIONS /*"],
    finds: { "": null, "*": null, "OPTIONS *": null, a: null, "http://h/a": null },
  },
];

for (const { title, routes, finds } of cases) {
  test(title, () => {
    const router = routerOf(...routes);
    const reversed = routerOf(...routes.toReversed());
    for (const [request, expected] of Object.entries(finds)) {
      const { method, path } = split(request);
      for (const each of [router, reversed])
        assert.deepEqual(outcome(each, method, path), toOutcome(expected), request);
    }
  });
}

function outcome(router: Router<string>, method: string, path: string): unknown {
  const { value, parameters, allowed } = router.find(method, path);
  return { value, parameters: { ...parameters }, allowed };
}

function toOutcome(expected: Expected): unknown {
  if (Array.isArray(expected)) return { value: expected[0], parameters: expected[1], allowed: [] };
  if (expected === null) return { value: undefined, parameters: {}, allowed: [] };
  if (!expected.startsWith("405 ")) return { value: expected, parameters: {}, allowed: [] };
  return { value: undefined, parameters: {}, allowed: expected.slice(4).split(",") };
}

const malformed: [path: string, message: RegExp][] = [
  ["/s/%", /"%" is not a percent sign with two hexadecimal digits/],
  ["/s/a%2", /"%2" is not/],
  ["/s/%zz%20", /"%zz" is not/],
  ["/s/%ff", /"name".*not UTF-8/],
  ["/s/%C3", /not UTF-8/],
  ["/s/%C0%AF", /not UTF-8/],
  ["/s/%ED%A0%80", /not UTF-8/],
  ["/p/a/%zz/b", /"file".*"%zz"/],
];

for (const [path, message] of malformed) {
  test(`The malformed value in ${path} is a bad request that says what is wrong`, () => {
    const router = routerOf("/s/<name>", "/p/<file:path>", "/s/<name:int>");
    assert.throws(
      () => router.find("GET", path),
      (error) => error instanceof BadRequest && error.status === 400 && message.test(error.message),
    );
    assert.deepEqual(router.find("POST", path).allowed, ["GET", "HEAD", "OPTIONS"]);
  });
}

test("A match without parameters is made once, and nobody can change what it shares", () => {
  const router = routerOf("/a");
  assert.equal(router.find("GET", "/a"), router.find("GET", "/a/"));
  assert.equal(router.find("GET", "/a"), router.find("GET", "/%61"));
  const { parameters } = router.find("GET", "/a");
  assert.throws(() => Object.assign(parameters, { x: 1 }), TypeError);
});

test("A path without parameters is found without a walk through the tree when it is spelled as usual", () => {
  const router = routerOf("/", "/a/b", "/café", "/a@b,c/%2F");
  const walk = mock.method(Walk.prototype, "find");
  try {
    for (const path of ["/", "/a/b", "/a/b/", "/caf%C3%A9", "/a@b,c/%2F"]) {
      assert.notEqual(router.find("GET", path).value, undefined, path);
    }
    assert.equal(walk.mock.callCount(), 0);
  } finally {
    walk.mock.restore();
  }
});

test("Every match with parameters has its own plain object", () => {
  const router = routerOf("/<a>");
  const first = router.find("GET", "/x").parameters;
  assert.equal(Object.getPrototypeOf(first), Object.prototype);
  assert.notEqual(first, router.find("GET", "/x").parameters);
});

test("A value that is false, zero or null is not taken for a miss", () => {
  const router = new Router<null | 0>();
  router.add(["GET"], "/null", null);
  router.add(["GET"], "/<zero>", 0);
  assert.equal(router.find("GET", "/null").value, null);
  assert.equal(router.find("GET", "/x").value, 0);
});

test("Adding a route gives its pattern", () => {
  assert.deepEqual(
    new Router().add(["GET"], "/<a>/<b:int>/", 1).parameters.map(({ name }) => name),
    ["a", "b"],
  );
});

const strict: RouteOptions = { strictSlashes: true };
const conflicts: [one: Definition, other: Definition][] = [
  ["/a", "/a"],
  ["/a", "/a/"],
  ["/a", "/%61"],
  ["/café", "/caf%C3%A9"],
  ["/<a>", "/<b>"],
  ["/<a>", "/:b"],
  ["/<a:int>/x", "/<b:int>/x"],
  ["/x/<a:path>", "/x/<b:path>"],
  ["GET,POST /a", "PUT,POST /a"],
  ["/a", ["/a", strict]],
  ["/a", ["/a/", strict]],
  ["/<a>", ["/<b>/", strict]],
  ["/", ["/", strict]],
  [
    ["/a/", strict],
    ["/a/", strict],
  ],
  [["/<a>", { decode: false }], "/<b>"],
  ["/x/<a:path>", ["/x/<b:path>", strict]],
];

for (const [one, other] of conflicts) {
  test(`${JSON.stringify(one)} and ${JSON.stringify(other)} cannot both be registered, in either order`, () => {
    const paths = [one, other].map((definition) => split([definition].flat()[0] as string).path);
    for (const definitions of [
      [one, other],
      [other, one],
    ]) {
      assert.throws(
        () => routerOf(...definitions),
        (error) => error instanceof SetupError && paths.every((path) => error.message.includes(`"${path}"`)),
      );
    }
  });
}

const neighbours: Definition[][] = [
  ["/a", "POST /a", "/b", "/A"],
  ["/<a>", "/<a:int>", "/<a:float>", "/<a:path>", "/<a>/<b>"],
  [
    ["/a", strict],
    ["/a/", strict],
  ],
  [
    ["/<a>", strict],
    ["/<a>/", strict],
  ],
  ["/a", ["POST /a/", strict]],
  ["/a/b", "/a%2Fb"],
];

for (const definitions of neighbours) {
  test(`${JSON.stringify(definitions)} live side by side`, () => {
    assert.doesNotThrow(() => routerOf(...definitions));
  });
}

test("A refused registration leaves the router as it was", () => {
  const router = routerOf("/a", "POST /b");
  assert.throws(() => router.add(["POST", "GET"], "/a", "second"), SetupError);
  assert.throws(() => router.add(["GET", "POST"], "/b", "second"), SetupError);
  router.add(["GET"], "/c/", "strict", strict);
  assert.throws(() => router.add(["GET"], "/c", "second"), SetupError);
  assert.equal(router.find("GET", "/c").value, undefined);
  assert.deepEqual(router.find("POST", "/a").allowed, ["GET", "HEAD", "OPTIONS"]);
  assert.deepEqual(router.find("GET", "/b").allowed, ["OPTIONS", "POST"]);
});

test("A conflict between a strict route and one that is not explains the slash", () => {
  assert.throws(
    () => routerOf("/a", ["/a/", strict]),
    /Without strictSlashes a route answers with and without a slash/,
  );
  assert.throws(
    () => routerOf(["/a", strict], ["/a", strict]),
    (error) => error instanceof SetupError && !error.message.includes("strictSlashes"),
  );
});

test("A route without methods is refused, and repeated methods count once", () => {
  assert.throws(() => new Router().add([], "/a", 1), /has no methods/);
  assert.doesNotThrow(() => new Router().add(["GET", "GET"], "/a", 1));
});

test("A strict route cannot want a slash behind a path parameter", () => {
  assert.throws(() => routerOf(["/<a:path>/", strict]), /slash after a parameter that takes slashes too/);
  assert.equal(routerOf("/<a:path>/").find("GET", "/x").value, "/<a:path>/");
});
