import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TransferTime } from "../../src/server/transfer-time.ts";

test("Time runs only while somebody waits", () => {
  const time = new TransferTime(3, 10, 0);
  assert.equal(time.deadline, Number.POSITIVE_INFINITY);
  time.begin(1000);
  assert.equal(time.deadline, 4000);
  time.end(2000);
  assert.equal(time.deadline, Number.POSITIVE_INFINITY);
  time.begin(50_000);
  assert.equal(time.deadline, 52_000);
});

test("Each byte wins its share of a second, never more than the timeout in all", () => {
  const time = new TransferTime(3, 10, 0);
  time.begin(0);
  time.move(5, 1000);
  assert.equal(time.deadline, 3500);
  time.move(1_000_000, 2000);
  assert.equal(time.deadline, 5000);
});

test("Without a minimum rate any byte wins back everything, and no byte wins nothing", () => {
  const time = new TransferTime(3, 0, 0);
  time.begin(0);
  time.move(0, 2000);
  assert.equal(time.deadline, 3000);
  time.move(1, 2000);
  assert.equal(time.deadline, 5000);
});

test("Bytes that come late, while the process was busy, still win time", () => {
  const time = new TransferTime(3, 10, 0);
  time.begin(0);
  time.move(10, 60_000);
  assert.equal(time.deadline, 61_000);
});

test("A new transfer has the whole time, and the slack comes on top", () => {
  const time = new TransferTime(3, 10, 250);
  time.begin(0);
  time.end(3000);
  time.reset();
  time.begin(10_000);
  assert.equal(time.deadline, 13_250);
});

test("Who moves less than the rate is over time in the end, who moves more never is, however the bytes are cut", () => {
  const RATE = 100;
  const steps = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 200, maxLength: 200 });
  fc.assert(
    fc.property(steps, (pauses) => {
      for (const [factor, isOver] of [
        [0.5, true],
        [1.1, false],
      ] as const) {
        const time = new TransferTime(2, RATE, 0);
        let now = 0;
        let wasOver = false;
        time.begin(now);
        for (const pause of pauses) {
          now += pause;
          wasOver ||= now >= time.deadline;
          time.move((pause / 1000) * RATE * factor, now);
        }
        assert.equal(wasOver, isOver);
      }
    }),
  );
});
