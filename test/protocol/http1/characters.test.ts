import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CharacterTable,
  FIELD_VALUE,
  HOST_IPV6,
  HOST_NAME,
  hexValue,
  TARGET,
  TARGET_PATH,
  TOKEN,
} from "../../../src/protocol/http1/characters.ts";
import { decodeLatin1 } from "../../../src/protocol/latin1.ts";

const tables: [name: string, table: CharacterTable, members: RegExp][] = [
  ["a token", TOKEN, /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/],
  ["a field value", FIELD_VALUE, /^[\t\x20-\x7e\x80-\xff]$/],
  ["a target", TARGET, /^[!$-;=?-~]$/],
  ["a target's path", TARGET_PATH, /^[!$-;=@-~]$/],
  ["a host's name", HOST_NAME, /^[-._~!$&'()*+,;=%0-9A-Za-z]$/],
  ["an IPv6 address", HOST_IPV6, /^[:.0-9A-Fa-f]$/],
];

for (const [name, table, members] of tables) {
  test(`The characters of ${name} are those of its grammar and no others`, () => {
    assert.equal(table.length, 256);
    for (let code = 0; code < 256; code++)
      assert.equal(table[code], members.test(String.fromCharCode(code)) ? 1 : 0, `byte ${code}`);
  });
}

test("hexValue gives the value of hexadecimal digits and -1 for all other bytes", () => {
  for (let code = 0; code < 256; code++) {
    const character = String.fromCharCode(code);
    const expected = /^[0-9A-Fa-f]$/.test(character) ? Number.parseInt(character, 16) : -1;
    assert.equal(hexValue(code), expected, `byte ${code}`);
  }
});

test("Every byte becomes the character of the same number", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, code) => code));
  const all = String.fromCharCode(...bytes);
  assert.equal(decodeLatin1(bytes, 0, 256), all);
  assert.equal(decodeLatin1(bytes, 100, 200), all.slice(100, 200));
});
