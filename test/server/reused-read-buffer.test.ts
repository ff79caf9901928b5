import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { createDuplexPair } from "../../src/server/duplex-pair.ts";
import { readInto } from "../../src/server/reused-read-buffer.ts";

async function socketPair(context: TestContext): Promise<[near: Socket, far: Socket]> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const near = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
  const [far] = (await once(listener, "connection")) as [Socket];
  context.after(() => {
    near.destroy();
    far.destroy();
    listener.close();
  });
  return [near, far];
}

test("Sockets read into one buffer, each read reported with its length", async (context) => {
  const pairs = [await socketPair(context), await socketPair(context)];
  const buffers = new Set<Buffer>();
  const heard = pairs.map(() => "");
  const ended = pairs.map(([near, far], index) => {
    const isTaken = readInto(far, (length, buffer) => {
      buffers.add(buffer);
      heard[index] += buffer.toString("latin1", 0, length);
    });
    assert.equal(isTaken, true, "this runtime has the machinery");
    far.resume();
    near.write(`from ${index}`);
    setImmediate(() => near.end(" and more"));
    return once(far, "end");
  });
  await Promise.all(ended);
  assert.deepEqual(heard, ["from 0 and more", "from 1 and more"]);
  assert.equal(buffers.size, 1);
});

test("Pausing such a socket holds its peer back, and resuming goes on", async (context) => {
  const [near, far] = await socketPair(context);
  let size = 0;
  const length = 20_000_000;
  const done = new Promise<void>((resolve) => {
    readInto(far, (bytes) => {
      size += bytes;
      if (size === length) resolve();
    });
  });
  far.resume();
  far.pause();
  near.write(Buffer.alloc(length));
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.ok(near.writableLength > 0);
  assert.ok(size < length, `${size} bytes read`);
  far.resume();
  await done;
});

test("Whatever is no plain socket is left to its data events", async (context) => {
  class OwnSocket extends Duplex {}
  const [near] = await socketPair(context);
  const [paired] = createDuplexPair();
  const disguised = Object.create(near) as Duplex;
  for (const stream of [paired, new OwnSocket(), disguised])
    assert.equal(
      readInto(stream, () => {}),
      false,
    );
});

test("A socket that is closed already is left alone", async (context) => {
  const [, far] = await socketPair(context);
  far.destroy();
  await once(far, "close");
  assert.equal(
    readInto(far, () => {}),
    false,
  );
});
