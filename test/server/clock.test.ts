import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDateLine } from "../../src/protocol/http1/response-writer.ts";
import { Clock } from "../../src/server/clock.ts";

const START = Date.parse("2026-01-02T03:04:05.100Z");

test("It ticks four times within the shortest deadline, from every 5 to every 500 milliseconds", () => {
  for (const [shortest, period] of [
    [1, 5],
    [20, 5],
    [21, 5],
    [100, 25],
    [1999, 499],
    [2000, 500],
    [60_000, 500],
  ] as const)
    assert.equal(new Clock(shortest).period, period, String(shortest));
});

test("A time from now is never early by the coarseness of the clock", () => {
  const clock = new Clock(1000);
  assert.equal(clock.after(2), clock.now + clock.period + 2000);
  assert.equal(clock.after(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
});

test("Each tick reads the time, tells of it once sockets were read, and makes the Date line anew each second", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval", "Date"], now: START });
  const clock = new Clock(400);
  const ticks: number[] = [];
  clock.start((now) => ticks.push(now));
  assert.equal(clock.now, START);
  const first = clock.dateLine;
  assert.equal(first, formatDateLine(START));
  context.mock.timers.tick(100);
  assert.deepEqual(ticks, [], "not before the poll");
  await new Promise(setImmediate);
  assert.deepEqual(ticks, [START + 100]);
  assert.equal(clock.now, START + 100);
  assert.equal(clock.dateLine, first);
  context.mock.timers.tick(800);
  assert.equal(clock.dateLine, formatDateLine(START + 1000));
  await new Promise(setImmediate);
  clock.stop();
  const { length } = ticks;
  context.mock.timers.tick(1000);
  await new Promise(setImmediate);
  assert.equal(ticks.length, length);
  assert.equal(clock.now, START + 900);
});

test("Its start brings the time up to date at once", (context) => {
  context.mock.timers.enable({ apis: ["setInterval", "Date"], now: START });
  const clock = new Clock(400);
  context.mock.timers.setTime(START + 60_000);
  clock.start(() => {});
  assert.equal(clock.now, START + 60_000);
  assert.equal(clock.dateLine, formatDateLine(START + 60_000));
  clock.stop();
});

test("Stopping a clock that does not run is harmless", () => {
  const clock = new Clock(400);
  clock.stop();
  clock.stop();
});
