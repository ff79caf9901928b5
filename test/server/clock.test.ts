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

test("Its time goes on evenly, whatever is done to the time of day", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: START });
  const clock = new Clock(20);
  const ticked = new Promise<void>((resolve) => clock.start(() => resolve()));
  const before = clock.now;
  context.mock.timers.setTime(START + 3_600_000);
  await Promise.race([ticked, new Promise((resolve) => setTimeout(resolve, 1000))]);
  clock.stop();
  assert.ok(clock.now > before && clock.now < before + 60_000);
  assert.equal(clock.dateLine, formatDateLine(START + 3_600_000));
});

test("Each tick reads the time, tells of it once sockets were read, and makes the Date line anew each second", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval", "Date"], now: START });
  const clock = new Clock(400);
  const ticks: number[] = [];
  clock.start((now) => ticks.push(now));
  const { now } = clock;
  const first = clock.dateLine;
  assert.equal(first, formatDateLine(START));
  context.mock.timers.tick(100);
  assert.deepEqual(ticks, [], "not before the poll");
  await new Promise(setImmediate);
  assert.equal(ticks.length, 1);
  assert.equal(ticks[0], clock.now);
  assert.ok(clock.now > now);
  assert.equal(clock.dateLine, first);
  context.mock.timers.tick(800);
  assert.equal(clock.dateLine, formatDateLine(START + 1000));
  await new Promise(setImmediate);
  clock.stop();
  const { length } = ticks;
  const stopped = clock.now;
  context.mock.timers.tick(1000);
  await new Promise(setImmediate);
  assert.equal(ticks.length, length);
  assert.equal(clock.now, stopped);
});

test("Its start brings the time up to date at once", (context) => {
  context.mock.timers.enable({ apis: ["setInterval", "Date"], now: START });
  const clock = new Clock(400);
  context.mock.timers.setTime(START + 60_000);
  clock.start(() => {});
  assert.equal(clock.dateLine, formatDateLine(START + 60_000));
  clock.stop();
});

test("Stopping a clock that does not run is harmless", () => {
  const clock = new Clock(400);
  clock.stop();
  clock.stop();
});
