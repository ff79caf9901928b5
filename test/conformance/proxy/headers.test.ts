import assert from "node:assert/strict";
import { SocketAddress } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ProxyHeaderEvent, ProxyHeaderParser } from "../../../src/protocol/proxy/proxy-header-parser.ts";
import { block, blockCases, type HeaderCase, lineCases, type Verdict } from "./header-cases.ts";

const REST = "GET / HTTP/1.1\r\n";
/** Longer headers are cut around both ends only. */
const CUT_EVERYWHERE = 300;

/** Reads pieces in turn: the verdict, and what is left behind the header. */
function read(pieces: readonly Buffer[]): { verdict: Verdict; rest: string } | "incomplete" {
  const parser = new ProxyHeaderParser();
  for (const [index, piece] of pieces.entries()) {
    // Inside a larger buffer, as the transport has it.
    const buffer = Buffer.concat([Buffer.from("!!"), piece, Buffer.from("!!")]);
    const event = parser.feed(buffer, 2, 2 + piece.length);
    if (event === ProxyHeaderEvent.NeedMore) continue;
    if (event === ProxyHeaderEvent.Failed) {
      assert.match(parser.problem, /^The PROXY protocol's header is not usable: it/);
      return { verdict: undefined, rest: "" };
    }
    const left = [buffer.subarray(parser.position, 2 + piece.length), ...pieces.slice(index + 1)];
    return { verdict: parser.client, rest: Buffer.concat(left).toString("latin1") };
  }
  return "incomplete";
}

function run(cases: readonly HeaderCase[]): void {
  for (const [title, header, verdict] of cases) {
    it(`${title} is ${verdict === undefined ? "refused" : verdict === null ? "read" : `${verdict.address}`}`, () => {
      const bytes = Buffer.from(header + REST, "latin1");
      const expected = { verdict, rest: verdict === undefined ? "" : REST };
      assert.deepEqual(read([bytes]), expected, "in one piece");
      assert.deepEqual(read(Array.from(bytes, (byte) => Buffer.from([byte]))), expected, "byte by byte");
      for (let cut = 1; cut < bytes.length; cut++) {
        if (cut > CUT_EVERYWHERE && cut < bytes.length - 50) continue;
        assert.deepEqual(read([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut before ${cut}`);
        if (verdict !== undefined && cut < header.length)
          assert.equal(read([bytes.subarray(0, cut)]), "incomplete", `only ${cut} bytes`);
      }
    });
  }
}

describe("headers of the PROXY protocol", () => {
  describe("version 1", () => run(lineCases));
  describe("version 2", () => run(blockCases));

  it("Any client is read back from either version", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(0xffff), (address, port) => {
        const line = `PROXY TCP4 ${address} 192.0.2.1 ${port} 80\r\n`;
        const content = Buffer.alloc(12);
        content.set(address.split(".").map(Number));
        content.writeUInt16BE(port, 8);
        for (const header of [line, block(0x21, 0x11, content.toString("latin1"))])
          assert.deepEqual(read([Buffer.from(header, "latin1")]), { verdict: { address, port }, rest: "" });
      }),
    );
  });

  it("Addresses are spelled as sockets spell them", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV6(),
          fc.ipV4().map((address) => `::ffff:${address}`),
        ),
        (address) => {
          const reading = read([Buffer.from(`PROXY TCP6 ${address} ::1 1 2\r\n`)]);
          const canonical = new SocketAddress({ address, family: "ipv6" }).address;
          // A deprecated form (RFC 4291 section 2.5.5.1), which no client has: sockets spell it with dots, too.
          fc.pre(!/^::\d+\./.test(canonical));
          assert.deepEqual(reading, { verdict: { address: canonical, port: 1 }, rest: "" });
        },
      ),
    );
  });

  it("A damaged header is read or refused, the same however it is cut, and never keeps more than it may have", () => {
    const headers = [...lineCases, ...blockCases].map(([, header]) => Buffer.from(header, "latin1"));
    const damage = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...headers), damage, fc.nat(300), (header, changes, cut) => {
        const bytes = Buffer.concat([header, Buffer.alloc(5000, "x")]);
        for (const [position, value] of changes) bytes[position % header.length] = value;
        const whole = read([bytes]);
        assert.notEqual(whole, "incomplete");
        assert.deepEqual(read([bytes.subarray(0, cut), bytes.subarray(cut)]), whole);
      }),
      { numRuns: 3000 },
    );
  });
});
