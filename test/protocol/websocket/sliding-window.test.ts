import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { SlidingWindow } from "../../../src/protocol/websocket/sliding-window.ts";

it("holds the last bytes of all that was pushed, and no more", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(16, 512, 2048), pieces, (size, pushed) => {
      const window = new SlidingWindow(size);
      for (const piece of pushed) window.push(piece);
      const all = Buffer.concat(pushed);
      assert.deepEqual(window.bytes, all.subarray(Math.max(0, all.length - size)));
    }),
  );
});
