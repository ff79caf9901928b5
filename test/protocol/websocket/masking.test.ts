import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyMask, unmaskShort } from "../../../src/protocol/websocket/masking.ts";

const KEY = 0x04_83_02_f1;
const KEY_BYTES = [0xf1, 0x02, 0x83, 0x04];

/** The mask as RFC 6455 section 5.3 defines it. */
function plainly(bytes: Buffer, start: number, end: number, offset: number): Buffer {
  return Buffer.from(
    bytes.map((byte, index) =>
      index < start || index >= end ? byte : byte ^ (KEY_BYTES[(index - start + offset) % 4] ?? 0),
    ),
  );
}

function sample(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, index) => (index * 37 + 11) & 0xff));
}

describe("applyMask", () => {
  it("does the same for every alignment, offset and length", () => {
    for (const length of [0, 1, 3, 4, 7, 126, 127, 128, 129, 130, 131, 143, 144, 145, 300]) {
      for (let start = 0; start < 5; start++) {
        for (let offset = 0; offset < 6; offset++) {
          const bytes = sample(start + length + 3);
          const expected = plainly(bytes, start, start + length, offset);
          applyMask(bytes, start, start + length, KEY, offset);
          assert.deepEqual(bytes, expected, `${length} bytes from ${start}, offset ${offset}`);
        }
      }
    }
  });

  it("does the same over views that begin anywhere in their memory", () => {
    for (let shift = 0; shift < 4; shift++) {
      const bytes = Buffer.from(new ArrayBuffer(400), shift, 300);
      sample(300).copy(bytes);
      const expected = plainly(bytes, 1, 299, 2);
      applyMask(bytes, 1, 299, KEY, 2);
      assert.deepEqual(bytes, expected, `shifted by ${shift}`);
    }
  });

  it("gives the payload back when it is applied in parts", () => {
    const bytes = sample(500);
    applyMask(bytes, 0, 500, KEY, 0);
    applyMask(bytes, 0, 201, KEY, 0);
    applyMask(bytes, 201, 500, KEY, 201);
    assert.deepEqual(bytes, sample(500));
  });
});

describe("unmaskShort", () => {
  it("unmasks with the key in front and tells whether all is ASCII", () => {
    for (let length = 0; length <= 125; length++) {
      const payload = Buffer.alloc(length, "abc");
      const framed = Buffer.concat([
        Buffer.from(KEY_BYTES),
        plainly(payload, 0, length, 0),
        Buffer.from([0xff]),
      ]);
      assert.ok(unmaskShort(framed, 4, 4 + length) < 0x80, `${length} bytes`);
      assert.deepEqual(framed.subarray(4, 4 + length), payload);
      assert.equal(framed[4 + length], 0xff);
    }
  });

  it("notices a byte over 127 in every place", () => {
    for (let place = 0; place < 9; place++) {
      const payload = Buffer.alloc(9, "a");
      payload[place] = 0x80;
      const framed = Buffer.concat([Buffer.from(KEY_BYTES), plainly(payload, 0, 9, 0)]);
      assert.ok(unmaskShort(framed, 4, 13) >= 0x80, `place ${place}`);
    }
  });
});
