import assert from "node:assert/strict";
import { test } from "node:test";
import { Connections } from "../../src/server/connections.ts";
import type { ManagedConnection } from "../../src/server/upgrade.ts";

class Stopped implements ManagedConnection {
  stops = 0;
  onStop: () => void = () => {};

  sweep(): void {}

  stop(): void {
    this.stops++;
    this.onStop();
  }

  destroy(): void {}
}

test("Each connection is told to stop once: those there are, and those that come later", () => {
  const connections = new Connections();
  const [first, later] = [new Stopped(), new Stopped()];
  connections.add(first);
  first.onStop = () => void connections.add(later);
  connections.stop();
  assert.deepEqual([first.stops, later.stops], [1, 1]);
});

test("Whoever waits for the last one to go hears of it in the turn in which it goes", async () => {
  const connections = new Connections();
  const [one, other] = [new Stopped(), new Stopped()];
  connections.add(one).add(other);
  let isGone = false;
  const gone = Promise.all([connections.gone(1000), connections.gone()]).then(() => {
    isGone = true;
  });
  connections.delete(one);
  await null;
  assert.equal(isGone, false);
  connections.delete(other);
  await gone;
});

test("Waiting ends at its time, whoever is still there, and at once where nobody is", async () => {
  const connections = new Connections();
  await connections.gone();
  connections.add(new Stopped());
  await connections.gone(0.01);
  assert.equal(connections.size, 1);
});
