import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Output } from "../../src/server/output.ts";
import { FakeTransport } from "./fake-transport.ts";

function create(bufferedBytes = 0): { output: Output; transport: FakeTransport } {
  const transport = new FakeTransport();
  transport.bufferedBytes = bufferedBytes;
  return { output: new Output(transport), transport };
}

describe("collecting", () => {
  test("Nothing leaves before it is flushed, and then all of it in one write", () => {
    const { output, transport } = create();
    output.addLatin1("head é");
    output.addUtf8("text", 4);
    output.addUtf8("grün", 5);
    output.addBytes(Buffer.from([0, 255]));
    output.addBytes(new Uint8Array(Buffer.from("xybytesxy")).subarray(2, 7));
    assert.deepEqual(transport.writes, []);
    output.flush();
    assert.deepEqual(transport.writes, [`head étext${Buffer.from("grün").toString("latin1")}\x00\xffbytes`]);
  });

  test("A flush without anything to send writes nothing", () => {
    const { output, transport } = create();
    assert.equal(output.flush(), true);
    output.addLatin1("");
    output.flush();
    assert.deepEqual(transport.writes, []);
  });

  test("Bytes up to 2048 are joined to the text, longer ones follow it corked and uncopied", () => {
    const { output, transport } = create();
    output.addLatin1("a");
    output.addBytes(Buffer.alloc(2048, "b"));
    output.addLatin1("c");
    output.addBytes(Buffer.alloc(2049, "d"));
    assert.equal(transport.isCorked, true);
    output.addLatin1("e");
    output.addBytes(Buffer.alloc(2049, "f"));
    output.flush();
    assert.equal(transport.isCorked, false);
    assert.deepEqual(
      transport.writes.map((text) => text.length),
      [2050, 2049, 1, 2049],
    );
    assert.match(transport.written, /^ab+cd+ef+$/);
  });

  test("Text past 64 KiB leaves at once", () => {
    const { output, transport } = create();
    output.addLatin1("x".repeat(65_536));
    assert.equal(transport.writes.length, 0);
    output.addLatin1("y");
    assert.equal(transport.written.length, 65_537);
  });

  test("Much that was collected says so", () => {
    const { output } = create();
    output.addLatin1("x".repeat(16_383));
    assert.equal(output.isLarge, false);
    output.addLatin1("x");
    assert.equal(output.isLarge, true);
    output.flush();
    assert.equal(output.isLarge, false);
    output.addBytes(Buffer.alloc(3000));
    assert.equal(output.isLarge, true);
  });
});

describe("a slow peer", () => {
  test("It is behind when 64 KiB wait and the transport will say when they have left", () => {
    for (const [buffered, isBehind] of [
      [0, false],
      [1, false],
      [65_535, false],
      [65_536, true],
    ] as const) {
      const { output } = create(buffered);
      output.addLatin1("x");
      assert.equal(output.flush(), !isBehind);
      assert.equal(output.isBehind, isBehind);
    }
  });

  test("It is not behind where the transport has promised nothing: nobody would be told", () => {
    const { output, transport } = create();
    output.addLatin1("x");
    output.flush();
    transport.bufferedBytes = 100_000;
    assert.equal(output.flush(), true);
  });

  test("It is behind no more when the transport has got rid of everything", () => {
    const { output, transport } = create(100_000);
    output.addLatin1("x");
    output.flush();
    transport.bufferedBytes = 0;
    output.onDrain();
    assert.equal(output.isBehind, false);
    transport.bufferedBytes = 100_000;
    assert.equal(output.flush(), true, "the promise is kept only once");
  });

  test("What was collected leaves when the transport has got rid of everything", () => {
    const { output, transport } = create();
    output.addLatin1("x");
    output.onDrain();
    assert.deepEqual(transport.writes, ["x"]);
  });

  test("Long bytes leave at once when much waits, and show that the peer is behind", () => {
    for (const [buffered, leave] of [
      [65_535, false],
      [65_536, true],
    ] as const) {
      const { output, transport } = create(buffered);
      output.addBytes(Buffer.alloc(3000));
      assert.equal(transport.isCorked, !leave);
      assert.equal(output.isBehind, leave);
    }
  });
});
