import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BodyPieces } from "../../src/http/body-pieces.ts";

const SEED = 1024;

function add(pieces: BodyPieces, text: string): void {
  // From a buffer that is reused, as the socket's is.
  const shared = Buffer.from(`<${text}>`);
  pieces.add(shared, 1, shared.length - 1);
  shared.fill(0);
}

test("Pieces come out as they went in, first in, first out", () => {
  const pieces = new BodyPieces();
  const [a, b] = ["a".repeat(2000), "b".repeat(2000)];
  add(pieces, a);
  add(pieces, b);
  assert.equal(pieces.count, 2);
  assert.equal(pieces.shift()?.toString(), a);
  assert.equal(pieces.shift()?.toString(), b);
  assert.equal(pieces.shift(), undefined);
});

test("Small pieces behind another are joined", () => {
  const pieces = new BodyPieces();
  for (const text of ["a", "b", "c", "d"]) add(pieces, text);
  assert.equal(pieces.count, 2);
  assert.equal(pieces.shift()?.toString(), "a");
  assert.equal(pieces.shift()?.toString(), "bcd");
});

test("A megabyte of pieces of one byte makes a few hundred buffers", () => {
  const pieces = new BodyPieces();
  const byte = Buffer.from("x");
  for (let i = 0; i < 1024 * 1024; i++) pieces.add(byte, 0, 1);
  assert.ok(pieces.count < 300, `${pieces.count} buffers`);
  const whole = pieces.takeAll();
  assert.equal(whole.length, 1024 * 1024);
  assert.ok(whole.every((code) => code === 0x78));
});

test("A large piece between small ones keeps its place", () => {
  const pieces = new BodyPieces();
  const large = "L".repeat(1025);
  for (const text of ["a", "b", large, "c", "d"]) add(pieces, text);
  assert.equal(pieces.takeAll().toString(), `ab${large}cd`);
});

test("What was taken out never changes, whatever is added behind it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 3000 })), { maxLength: 40 }),
      (steps) => {
        const pieces = new BodyPieces();
        const taken: Buffer[] = [];
        const seen: string[] = [];
        let expected = "";
        steps.forEach((size, index) => {
          if (size === null) {
            const piece = pieces.shift();
            if (piece !== undefined) taken.push(piece);
            seen.push(Buffer.concat(taken).toString());
            return;
          }
          const text = String.fromCharCode(0x41 + (index % 26)).repeat(size);
          expected += text;
          add(pieces, text);
        });
        for (const before of seen) assert.ok(Buffer.concat(taken).toString().startsWith(before));
        assert.equal(Buffer.concat([...taken, pieces.takeAll()]).toString(), expected);
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});

test("Nothing is left after taking all, or after clearing", () => {
  const pieces = new BodyPieces();
  assert.equal(pieces.takeAll().length, 0);
  for (const empty of [() => pieces.takeAll(), () => pieces.clear()]) {
    add(pieces, "a");
    add(pieces, "b");
    empty();
    assert.equal(pieces.count, 0);
    assert.equal(pieces.shift(), undefined);
    add(pieces, "c");
    assert.equal(pieces.takeAll().toString(), "c");
  }
});
