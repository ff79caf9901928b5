import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  acceptKey,
  checkHandshake,
  chooseSubprotocol,
  createKey,
  type HandshakeRequest,
  type HandshakeResponse,
  handshakeProblem,
} from "../../../src/protocol/websocket/handshake.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const sound: HandshakeRequest = {
  method: "GET",
  httpVersion: "1.1",
  upgrade: "websocket",
  connection: "Upgrade",
  key: KEY,
  version: "13",
};

describe("acceptKey", () => {
  it("answers the key of RFC 6455 section 1.3", () => assert.equal(acceptKey(KEY), ACCEPT));
});

describe("checkHandshake", () => {
  const accepted: readonly (readonly [title: string, change: Partial<HandshakeRequest>])[] = [
    ["the request of RFC 6455 section 1.3", {}],
    ["names in another case", { upgrade: "WebSocket", connection: "upgrade" }],
    ["a list of connection options", { connection: "keep-alive, Upgrade" }],
    ["a list of protocols", { upgrade: "h2c, websocket" }],
    ["a key of zeros", { key: "AAAAAAAAAAAAAAAAAAAAAA==" }],
  ];
  for (const [title, change] of accepted) {
    it(`accepts ${title}`, () => {
      const request = { ...sound, ...change };
      assert.deepEqual(checkHandshake(request), { status: 101, accept: acceptKey(request.key ?? "") });
    });
  }

  const refused: readonly (readonly [title: string, change: Partial<HandshakeRequest>, status: number])[] = [
    ["a plain GET", { upgrade: undefined, connection: undefined, key: undefined, version: undefined }, 426],
    ["a request without Upgrade", { upgrade: undefined }, 426],
    ["another protocol", { upgrade: "h2c" }, 426],
    ["a protocol that only begins alike", { upgrade: "websocket13" }, 426],
    ["a request without Connection", { connection: undefined }, 426],
    ["a connection that is kept alive", { connection: "keep-alive" }, 426],
    ["HTTP/1.0", { httpVersion: "1.0" }, 426],
    ["a POST", { method: "POST" }, 405],
    ["a method in lower case", { method: "get" }, 405],
    ["no version", { version: undefined }, 426],
    ["version 8", { version: "8" }, 426],
    ["version 013", { version: "013" }, 426],
    ["two versions", { version: "13, 8" }, 426],
    ["no key", { key: undefined }, 400],
    ["an empty key", { key: "" }, 400],
    ["a key of 15 bytes", { key: "AAAAAAAAAAAAAAAAAAAA" }, 400],
    ["a key of 17 bytes", { key: "AAAAAAAAAAAAAAAAAAAAAAA=" }, 400],
    ["a key of 18 bytes", { key: "AAAAAAAAAAAAAAAAAAAAAAAA" }, 400],
    ["a key that is not base64", { key: "AAAAAAAAAAAAAAAAAAAA!!==" }, 400],
    ["a key in the alphabet of URLs", { key: "____________________-w==" }, 400],
    ["a key whose last bits are not zero", { key: "dGhlIHNhbXBsZSBub25jZR==" }, 400],
    ["a key without padding", { key: "dGhlIHNhbXBsZSBub25jZQ" }, 400],
    ["a key with a space", { key: "dGhlIHNhbXBsZSBub25jZQ= " }, 400],
    ["two keys", { key: `${KEY}, ${KEY}` }, 400],
  ];
  for (const [title, change, status] of refused) {
    it(`answers ${status} to ${title}`, () => {
      const answer = checkHandshake({ ...sound, ...change });
      assert.equal(answer.status, status);
      assert.ok(answer.status !== 101 && answer.message !== "");
    });
  }

  it("names the protocol to upgrade to", () => {
    const answer = checkHandshake({ ...sound, upgrade: undefined });
    assert.ok(answer.status === 426);
    assert.deepEqual(answer.headers, { upgrade: "websocket" });
  });

  it("names the version to ask for (section 4.4)", () => {
    const answer = checkHandshake({ ...sound, version: "25" });
    assert.ok(answer.status === 426);
    assert.equal(answer.headers["sec-websocket-version"], "13");
  });

  it("names the method to use", () => {
    const answer = checkHandshake({ ...sound, method: "PUT" });
    assert.ok(answer.status === 405);
    assert.deepEqual(answer.headers, { allow: "GET" });
  });
});

describe("chooseSubprotocol", () => {
  it("takes the first of the server's list that the client offers", () => {
    assert.equal(chooseSubprotocol(["v2", "v1"], "v1, v2"), "v2");
    assert.equal(chooseSubprotocol(["v3", "v1"], "v1,v2"), "v1");
  });

  it("takes none when nothing is common or offered", () => {
    assert.equal(chooseSubprotocol(["v2"], "v1"), undefined);
    assert.equal(chooseSubprotocol(["v2"], undefined), undefined);
    assert.equal(chooseSubprotocol([], "v2"), undefined);
    assert.equal(chooseSubprotocol([""], ""), undefined);
  });

  it("compares names as they are written", () => {
    assert.equal(chooseSubprotocol(["Chat"], "chat"), undefined);
    assert.equal(chooseSubprotocol(["__proto__"], "a, b"), undefined);
  });
});

describe("handshakeProblem", () => {
  const response: HandshakeResponse = {
    status: 101,
    upgrade: "WebSocket",
    connection: "keep-alive, Upgrade",
    accept: ACCEPT,
    subprotocol: undefined,
  };

  it("finds none in a sound answer", () => {
    assert.equal(handshakeProblem(response, KEY), undefined);
    assert.equal(handshakeProblem({ ...response, subprotocol: "v1" }, KEY, ["v2", "v1"]), undefined);
  });

  const problems: readonly (readonly [change: Partial<HandshakeResponse>, problem: RegExp])[] = [
    [{ status: 200 }, /200 instead of 101/],
    [{ upgrade: undefined }, /no Upgrade/],
    [{ upgrade: "h2c" }, /no Upgrade/],
    [{ connection: "close" }, /no Connection/],
    [{ accept: undefined }, /does not fit the key/],
    [{ accept: ACCEPT.toLowerCase() }, /does not fit the key/],
    [{ subprotocol: "v1" }, /subprotocol "v1", which was not offered/],
  ];
  for (const [change, problem] of problems) {
    it(`finds ${problem.source}`, () =>
      assert.match(handshakeProblem({ ...response, ...change }, KEY) ?? "", problem));
  }
});

describe("createKey", () => {
  it("makes keys that a server accepts, another one each time", () => {
    const keys = Array.from({ length: 20 }, createKey);
    assert.equal(new Set(keys).size, 20);
    for (const key of keys) assert.equal(checkHandshake({ ...sound, key }).status, 101);
  });
});
