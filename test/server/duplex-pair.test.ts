import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { createDuplexPair } from "../../src/server/duplex-pair.ts";

test("What is written to one side is read from the other, in both directions", async () => {
  const [left, right] = createDuplexPair();
  left.write("to the ");
  left.end("right");
  right.end("to the left");
  assert.deepEqual(await Promise.all([text(right), text(left)]), ["to the right", "to the left"]);
});

test("Each side has bytes of its own: changing them on one side changes nothing on the other", async () => {
  const [left, right] = createDuplexPair();
  const sent = Buffer.from("given");
  left.write(sent);
  const [received] = (await once(right, "data")) as [Buffer];
  received.fill("!");
  assert.equal(sent.toString(), "given");
  left.write(sent);
  sent.fill("?");
  assert.equal(String(await once(right, "data")), "given");
});

test("Both sides close by themselves once both have ended and been read", async () => {
  const [left, right] = createDuplexPair();
  const closed = Promise.all([once(left, "close"), once(right, "close")]);
  left.resume().end("a");
  right.resume().end("b");
  await closed;
});

test("A side that is read late still gets everything after the other has closed", async () => {
  const [left, right] = createDuplexPair();
  left.resume();
  right.end();
  left.end("all of it");
  await once(left, "close");
  assert.equal(await text(right), "all of it");
});

test("A side whose other has ended can still write", async () => {
  const [left, right] = createDuplexPair();
  left.end();
  right.resume();
  await once(right, "end");
  right.end("answer");
  assert.equal(await text(left), "answer");
});

test("The writer waits for a reader that is slow, and goes on when it reads", async () => {
  const [left, right] = createDuplexPair();
  const piece = Buffer.alloc(right.readableHighWaterMark, "x");
  assert.equal(left.write(piece), false);
  left.write("y");
  let hasDrained = false;
  left.once("drain", () => {
    hasDrained = true;
  });
  await once(right, "readable");
  assert.equal(right.readableLength, piece.length);
  assert.equal(hasDrained, false);
  const drained = once(left, "drain");
  right.resume();
  await drained;
});

test("Two sides that answer each other at once do not fill the stack", async () => {
  const [left, right] = createDuplexPair();
  const rounds = 20_000;
  let count = 0;
  right.on("data", (chunk: Buffer) => right.write(chunk));
  left.on("data", (chunk: Buffer) => {
    if (++count < rounds) left.write(chunk);
    else left.destroy();
  });
  left.write("ping");
  await once(right, "close");
  assert.equal(count, rounds);
});

test("Destroying one side ends and closes the other", async () => {
  for (const prepare of [
    (side: Duplex) => side.resume(),
    (side: Duplex) => side.on("readable", () => side.read()),
  ]) {
    const [left, right] = createDuplexPair();
    prepare(right);
    const events = Promise.all([once(right, "end"), once(right, "close")]);
    left.destroy();
    await events;
  }
});

test("Destroying one side closes the other also when nobody reads it", async () => {
  for (const prepare of [(_side: Duplex) => {}, (side: Duplex) => side.pause()]) {
    const [left, right] = createDuplexPair();
    prepare(right);
    left.destroy();
    await once(right, "close");
  }
});

test("A side whose other is destroyed first reads what was delivered", async () => {
  const [left, right] = createDuplexPair();
  left.write("delivered");
  await once(right, "readable");
  left.destroy();
  const closed = once(right, "close");
  assert.equal(await text(right), "delivered");
  await closed;
});

test("Destroying a side after it has ended closes the other", async () => {
  const [left, right] = createDuplexPair();
  right.resume();
  left.end();
  await once(right, "end");
  left.destroy();
  await once(right, "close");
});

test("Writing to a side whose other is gone is not an error", async () => {
  const [left, right] = createDuplexPair();
  right.destroy();
  left.write("lost");
  await once(left, "close");
});

test("A writer that waits for a reader goes on when that is destroyed", async () => {
  const [left, right] = createDuplexPair();
  const waiting = new Promise((resolve) => {
    left.write(Buffer.alloc(right.readableHighWaterMark), () => left.write("more", resolve));
  });
  left.write("y");
  await once(right, "readable");
  right.destroy();
  await waiting;
});

test("An error given to destroy stays on its own side", async () => {
  const [left, right] = createDuplexPair();
  const failed = once(left, "error");
  const closed = once(right, "close");
  left.destroy(new Error("broken"));
  const [error] = (await failed) as [Error];
  assert.equal(error.message, "broken");
  await closed;
});
