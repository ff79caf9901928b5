import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasToken, isToken, parseTokenList } from "../../../src/protocol/websocket/token-list.ts";

describe("parseTokenList", () => {
  const lists: readonly (readonly [list: string, members: string[]])[] = [
    ["", []],
    ["chat", ["chat"]],
    ["chat, superchat", ["chat", "superchat"]],
    [" \tchat \t,\tsuperchat ", ["chat", "superchat"]],
    [",,a,, ,b,", ["a", "b"]],
    ["a b,c", ["a b", "c"]],
    ["a\u00a0,b", ["a\u00a0", "b"]],
  ];
  for (const [list, members] of lists) {
    it(`reads ${JSON.stringify(list)}`, () => assert.deepEqual(parseTokenList(list), members));
  }
});

describe("hasToken", () => {
  it("finds a whole member in whatever case", () => {
    for (const list of ["upgrade", "Upgrade", "keep-alive, UPGRADE", "upgrade,keep-alive"]) {
      assert.ok(hasToken(list, "upgrade"), list);
    }
  });

  it("does not find parts of members or missing fields", () => {
    for (const list of [
      undefined,
      "",
      "upgraded",
      "un upgrade",
      "x-upgrade",
      "upgrade;q=1",
      "\u00a0upgrade",
    ]) {
      assert.equal(hasToken(list, "upgrade"), false, String(list));
    }
  });
});

describe("isToken", () => {
  it("takes the characters of tokens and nothing else", () => {
    for (const name of ["chat", "v1.json", "a!#$%&'*+-.^_`|~9"]) assert.ok(isToken(name), name);
    for (const name of ["", "a b", "a,b", "a;b", "ä", "a\r\n", '"a"', "a/b", "\u{1f600}"]) {
      assert.equal(isToken(name), false, name);
    }
  });
});
