import assert from "node:assert/strict";
import { test } from "node:test";
import { isHost, isHostWithPort } from "../../../src/protocol/http1/host.ts";

const hosts = [
  "a",
  "a.example",
  "127.0.0.1",
  "[::1]",
  "[::ffff:1.2.3.4]",
  "[FE80::A]",
  "-._~!$&'()*+,;=%",
  "%zz",
  "0",
];
const ports = [":0", ":1", ":80", ":00080", ":65535"];
const notHosts = [
  "",
  "[",
  "[]",
  "[::1",
  "[::1x",
  "[g]",
  "]",
  "[[::1]]",
  "[a]b]",
  "a b",
  "a/",
  "a?",
  "a#",
  "@a",
  "a\\",
  "é",
  "::1",
  "\0",
];
const notPorts = [
  ":x",
  ":-1",
  ":+1",
  ": 1",
  ":1 ",
  ":65536",
  ":99999999999",
  ":80:80",
  ":8o",
  ":0x1",
  ":/",
  "80]",
];

/** Bytes in the middle of others that would belong to a host: only those inside the bounds may be looked at. */
function inside<Result>(text: string, look: (bytes: Buffer, start: number, end: number) => Result): Result[] {
  return ["a", "1", ":", "]", "[", "\r"].map((around) => {
    const bytes = Buffer.from(`${around}${text}${around}`, "latin1");
    return look(bytes, 1, bytes.length - 1);
  });
}

function assertAll(results: readonly boolean[], expected: boolean, text: string): void {
  assert.deepEqual(new Set(results), new Set([expected]), JSON.stringify(text));
}

test("A host with or without a port is a host", () => {
  for (const host of hosts)
    for (const port of ["", ":", ...ports]) assertAll(inside(host + port, isHost), true, host + port);
});

test("What is no host is none with any port", () => {
  for (const host of notHosts)
    for (const port of ["", ":", ...ports]) assertAll(inside(host + port, isHost), false, host + port);
});

test("A host with what is no port is none", () => {
  for (const host of hosts)
    for (const port of notPorts) {
      // These make a longer name of a name.
      if (port === "80]" && !host.endsWith("]")) continue;
      assertAll(inside(host + port, isHost), false, host + port);
    }
});

test("CONNECT needs a host and a port that is not empty", () => {
  for (const host of hosts) {
    for (const port of ports) assertAll(inside(host + port, isHostWithPort), true, host + port);
    for (const port of ["", ":", ...notPorts])
      assertAll(inside(host + port, isHostWithPort), false, host + port);
  }
  for (const host of notHosts)
    for (const port of ports) assertAll(inside(host + port, isHostWithPort), false, host + port);
});
